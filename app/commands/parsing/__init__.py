"""From the text that a person typed to values."""
