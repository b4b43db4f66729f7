"""What comes from Slack: commands, buttons and events, over HTTP or Socket Mode."""
