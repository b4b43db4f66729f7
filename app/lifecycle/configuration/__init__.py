"""A repository's own configuration file: its model, how it is read, presets, schema."""
