"""CircleCI: webhooks in, pipelines out."""
