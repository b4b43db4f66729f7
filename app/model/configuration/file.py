"""The repository's configuration file, as everyone calls it."""

from msgspec import Struct

CONFIG_FILE = ".github/deploybot.yml"
"""Where the configuration is kept, on the default branch."""

CONFIG_PATHS = (CONFIG_FILE, ".github/deploybot.yaml")
"""Both spellings of its name."""


class ProposedFile(Struct, frozen=True, kw_only=True):
    """A commit's file, at `path`, beside the default branch's; texts, None: there is no file.

    `changed`: the pull request changes it. `twice`: the commit has both spellings of it.
    """

    changed: bool
    path: str
    text: str | None
    twice: bool
    default_text: str | None
    default_branch: str


CONFIG_CHECK = "deploybot configuration"
"""The name of the check run that says whether the file is valid."""

MOST_PROBLEMS = 50
"""Problems that are told; the rest is one more line: GitHub takes 65,535 characters."""
