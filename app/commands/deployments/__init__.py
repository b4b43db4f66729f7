"""Commands about deployments: making them, stopping them, saying where they stand."""
