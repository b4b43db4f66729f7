"""Which environment and which commit are meant by what was typed."""
