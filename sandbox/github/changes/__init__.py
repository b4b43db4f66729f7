"""Changes of what GitHub stores; each sends its events."""
