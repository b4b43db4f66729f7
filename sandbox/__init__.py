"""Stand-ins of GitHub, CircleCI and Slack as real HTTP servers on loopback, and their page."""
