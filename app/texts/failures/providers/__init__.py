"""GitHub, CircleCI and Slack: what they refuse, and what went wrong there."""
