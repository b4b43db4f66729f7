"""An environment's history: what is live, what to roll back to, what a rollback blocks."""
