"""The repository's configuration file, and the names and inputs that it declares."""
