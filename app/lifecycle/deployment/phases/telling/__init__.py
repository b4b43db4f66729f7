"""Reporting a build: on GitHub, in the channel, to people, and to the requester."""
