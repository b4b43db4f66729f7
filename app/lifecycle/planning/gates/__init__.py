"""The gates a deployment must meet before its pipeline starts: one pure file each."""
