"""The service: builds every part of deploybot and runs it."""
