"""Slack: commands, buttons and events in, messages out."""
