"""A trigger whose outcome is unknown: its pipeline is searched for, and a second one is stopped."""
