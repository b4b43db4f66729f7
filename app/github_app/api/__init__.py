"""Calls to GitHub, by REST and GraphQL, and the types of their answers."""
