"""A repository's configuration file: its model, how it is read, its presets and its schema."""
