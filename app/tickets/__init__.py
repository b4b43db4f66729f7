"""Ticket systems: references found in commits and pull requests, and their titles."""
