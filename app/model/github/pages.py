"""Addresses of GitHub's pages; `html` is the address of the site, without a trailing slash."""

from urllib.parse import quote

GITHUB = "https://github.com"
"""The site, unless it is a GitHub Enterprise Server."""


def page(html: str, repository: str, *parts: str) -> str:
    """The address of a page of a repository; empty if the repository is not known."""
    if not repository:
        return ""
    path = "/".join(quote(part, safe="/.…") for part in (repository, *parts))
    return f"{html}/{path}"


def installations_page(html: str, owner: str) -> str:
    """The page where an organization's owners see its installed Apps."""
    return f"{html}/organizations/{quote(owner)}/settings/installations"
