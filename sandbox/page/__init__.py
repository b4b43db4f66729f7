"""The sandbox's page: what the providers hold, live, and everything a person can do to them."""

from sandbox.page.server import Page

__all__ = ["Page"]
