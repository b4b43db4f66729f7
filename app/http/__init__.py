"""HTTP, both ways: what every entrance shares, and one outgoing attempt."""
