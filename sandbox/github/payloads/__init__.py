"""Renders records as GitHub's JSON, for REST and webhooks."""
