"""The catalogue of every way to fail, and what is said about each."""
