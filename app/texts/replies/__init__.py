"""The answers to commands and buttons, and the questions that they ask."""
