"""The failure catalogue: what people read when something is refused, waits or goes wrong."""
