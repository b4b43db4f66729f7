"""The repository's configuration file: its name, environment names, and differences."""
