"""Our calls to Slack's Web API, and what its answers mean."""
