"""What an environment's deployments tell: what is live, where to roll back to, what holds."""
