"""What webhooks ask for: deployments, configuration checks, ends of pull requests."""
