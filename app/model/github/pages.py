"""Addresses of GitHub's pages; `html` is where they are, without a slash at its end."""

from urllib.parse import quote

GITHUB = "https://github.com"
"""Where GitHub's pages are, unless it is an Enterprise Server."""


def page(html: str, repository: str, *parts: str) -> str:
    """The address of a repository's page; nothing where the repository is not known."""
    if not repository:
        return ""
    path = "/".join(quote(part, safe="/.…") for part in (repository, *parts))
    return f"{html}/{path}"


def installations_page(html: str, owner: str) -> str:
    """The address where an organization's owners see the Apps that are installed there."""
    return f"{html}/organizations/{quote(owner)}/settings/installations"
