"""Stand-ins for GitHub, CircleCI and Slack, as real HTTP servers on loopback, with a web page."""
