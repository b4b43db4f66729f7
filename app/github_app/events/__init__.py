"""Webhooks in: one router a file, the payloads, and the entrance."""
