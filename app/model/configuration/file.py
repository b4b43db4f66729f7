"""The repository's configuration file: its path, and how its validity is reported."""

from msgspec import Struct

CONFIG_FILE = ".github/deploybot.yml"
"""Path of the configuration file; the one on the default branch counts."""

CONFIG_PATHS = (CONFIG_FILE, ".github/deploybot.yaml")
"""The paths that are looked for."""


class ProposedFile(Struct, frozen=True, kw_only=True):
    """The configuration file at a pull request's commit, and the default branch's to compare with.

    `text` and `default_text` are their contents, None if there is no file. `changed`: the pull
    request changes the file. `twice`: the commit has a file at both of `CONFIG_PATHS`.
    """

    changed: bool
    path: str
    text: str | None
    twice: bool
    default_text: str | None
    default_branch: str


CONFIG_CHECK = "deploybot configuration"
"""The name of the check run that reports whether the file is valid."""

MOST_PROBLEMS = 50
"""Most problems that are listed one by one; the others are only counted.

GitHub accepts 65,535 characters: https://docs.github.com/en/rest/checks/runs
"""
