"""The survey, one query for everything that judging a deployment needs, and its reading."""
