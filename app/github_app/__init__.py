"""GitHub: webhooks in, REST and GraphQL out, as the App's installations."""
