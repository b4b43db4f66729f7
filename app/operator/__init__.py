"""Commands that an operator runs in a terminal, beside the service."""
