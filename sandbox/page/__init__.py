"""The sandbox's web page: shows live what is at the providers, and lets a person act there."""

from sandbox.page.server import Page

__all__ = ["Page"]
