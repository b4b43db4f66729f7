"""Answers to commands and buttons."""
