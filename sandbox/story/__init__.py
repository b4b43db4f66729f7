"""The story the page opens on: two parts, ticked off by what really happened."""

from sandbox.story.story import Hands, Story

__all__ = ["Hands", "Story"]
