"""The gates that a deployment must pass before its pipeline starts: one pure file each."""
