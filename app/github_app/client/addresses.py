"""Where an answer leads, and whether our token may go there (pure)."""

from urllib.parse import urljoin, urlsplit

from app.http.attempt import HttpAnswer


def moved_to(url: str, answer: HttpAnswer) -> str | None:
    """Where on the same host the answer sends us, if it does."""
    target = urljoin(url, answer.headers.get("location", ""))
    moved = answer.status in {301, 302, 307, 308} and target != url
    return target if moved and origin(target) == origin(url) else None


def origin(url: str) -> tuple[str, str]:
    """Scheme, and host with its port."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
