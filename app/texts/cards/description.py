"""How a deployment describes itself on GitHub's pages: plain, at most 140 characters."""

from app.texts.failures.catalogue import shorten

_TRIGGERS = {
    "push": "by a push",
    "tag": "by a tag",
    "pull_request": "by its pull request",
}


def deployment_description(ref: str, *, by: str, trigger: str, reason: str) -> str:
    """What is deployed, for whom or by what, and why if that was said."""
    who = f"asked by {by}" if by else _TRIGGERS.get(trigger, "by deploybot")
    why = f": {reason}" if reason else ""
    return shorten(f"{ref}, {who}{why}")
