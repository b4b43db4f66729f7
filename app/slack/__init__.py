"""Slack: requests come in by its entrances, messages go out by its Web API."""
