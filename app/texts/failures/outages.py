"""The entries of the catalogue that are about a provider, by its neutral name (pure).

The lifecycle knows "the CI"; the sentences about it are CircleCI's, and so are their names.
"""

_STEMS = {"ci": "circleci"}


def down(provider: str) -> str:
    """The entry for a provider that does not answer."""
    return f"{_STEMS.get(provider, provider)}_down"


def rate_limited(provider: str) -> str:
    """The entry for a provider that asks us to wait."""
    return f"{_STEMS.get(provider, provider)}_rate_limited"


def about_ci(name: str) -> bool:
    """Whether an entry tells what the CI said, or that it said nothing."""
    return name.startswith(f"{_STEMS['ci']}_")
