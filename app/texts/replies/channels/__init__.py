"""Answers about a channel, its repository, and the people in it."""
