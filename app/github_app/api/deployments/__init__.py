"""Deployments: one with its statuses, lists of them, and many repositories at once."""
