"""The embedded engine: one SQLite file that belongs to one process."""
