"""The page's guided tour: two parts, whose steps are ticked off when they have really happened."""

from sandbox.story.story import Hands, Story

__all__ = ["Hands", "Story"]
