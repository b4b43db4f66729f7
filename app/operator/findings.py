"""How the doctor judges the providers' answers (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.github_app.permissions import EVENTS, PERMISSIONS
from app.model.github.app import AppRegistration, Delivery

LATEST = 5
"""It is a problem if this many of the latest webhook deliveries have all failed."""

_LEVELS = {"read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True)
class Finding:
    """A line that says what a part is, and a line for each of its problems."""

    said: str
    problems: tuple[str, ...] = ()


def registration_problems(app: AppRegistration, *, public_url: str) -> tuple[str, ...]:
    """Permissions and events that the GitHub App lacks, and a webhook address that is not ours."""
    lacks = [
        f"{name} ({level})"
        for name, level in PERMISSIONS.items()
        if _LEVELS.get(app.permissions.get(name, ""), 0) < _LEVELS[level]
    ]
    unheard = [event for event in EVENTS if event not in app.events]
    return (
        *missing("permission", lacks),
        *missing("event", unheard),
        *_webhook(app.webhook_url, f"{public_url.rstrip('/')}/github/webhook"),
    )


def _webhook(url: str, wanted: str) -> tuple[str, ...]:
    if url.rstrip("/") == wanted:
        return ()
    where = f"goes to {url}" if url else "has no address"
    return (f"the App's webhook {where}; set it to {wanted}",)


def delivery_problems(newest_first: Sequence[Delivery]) -> tuple[str, ...]:
    """A problem if all the latest deliveries failed; a few may fail while deploybot restarts."""
    latest = newest_first[:LATEST]
    if len(latest) < LATEST or any(one.status == "OK" for one in latest):
        return ()
    return (f"the last {LATEST} webhooks were not taken: {latest[0].status}",)


def missing(what: str, names: Sequence[str]) -> tuple[str, ...]:
    """A line with the names of what is not granted; none if everything is."""
    if not names:
        return ()
    listed = ", ".join(names)
    return (f"lacks the {what}{'s' if len(names) > 1 else ''} {listed} (docs/setup.md)",)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 problem`, `2 problems`."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
