"""A trigger whose answer was lost: search for its pipeline, and stop a second one."""
