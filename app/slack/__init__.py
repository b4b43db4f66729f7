"""Slack: commands, buttons and events come in, messages go out."""
