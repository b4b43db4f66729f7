"""Sending requests to GitHub: authentication, one connection, the meaning of refusals."""
