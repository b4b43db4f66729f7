"""The store: one protocol, an embedded and a distributed engine."""
