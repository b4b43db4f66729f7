"""Telling what a build has come to: GitHub, the channel, the people, who asked."""
