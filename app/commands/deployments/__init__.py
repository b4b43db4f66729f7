"""Commands that create, cancel, list and explain deployments."""
