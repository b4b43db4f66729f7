"""The embedded engine: one SQLite file, used by one process at a time."""
