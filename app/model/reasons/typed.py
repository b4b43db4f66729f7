"""What a person typed that cannot be done: commands, environments, refs."""

from app.model.reasons.base import BaseReason


class UnknownCommand(BaseReason, frozen=True, kw_only=True):
    """The first word is no command; `closest` is one that is like it.

    `environment`: it is this environment's name, or an alias of it.
    """

    typed: str
    closest: str = ""
    environment: str = ""


class UnknownOption(BaseReason, frozen=True, kw_only=True):
    """Something that the command `of` does not take; `closest` is an option that is like it."""

    typed: str
    closest: str = ""
    of: str = ""


class OptionEmpty(BaseReason, frozen=True, kw_only=True):
    """An option lacks its value; `hint` shows how it is written."""

    typed: str
    hint: str


class OptionTooLong(BaseReason, frozen=True, kw_only=True):
    """An option's value has `found` characters, more than `limit`."""

    typed: str
    limit: int
    found: int


class DurationMalformed(BaseReason, frozen=True, kw_only=True):
    """What an option takes is a duration, and this is none."""

    typed: str
    option: str


class EnvironmentMissing(BaseReason, frozen=True, kw_only=True):
    """No environment was named; `known` are those that can be, for this command."""

    known: tuple[str, ...] = ()
    command: str = "deploy"


class EnvironmentUnknown(BaseReason, frozen=True, kw_only=True):
    """No such environment; `closest` is one that is like it."""

    environment: str
    closest: str = ""
    known: tuple[str, ...] = ()


class EnvironmentNameMalformed(BaseReason, frozen=True, kw_only=True):
    """A name that only the file could give an environment; `closest` is one that is like it."""

    environment: str
    closest: str = ""


class EnvironmentIsRef(BaseReason, frozen=True, kw_only=True):
    """What was typed as the environment is a `kind` (`branch`, `tag`, `sha`, `pull_request`).

    `known` are environments that it can be deployed to.
    """

    ref: str
    kind: str
    known: tuple[str, ...] = ()


class EnvironmentAmbiguous(BaseReason, frozen=True, kw_only=True):
    """The name may mean any of `matches`."""

    environment: str
    matches: tuple[str, ...]


class RefUnknown(BaseReason, frozen=True, kw_only=True):
    """The repository has no such branch, tag, commit or pull request."""

    ref: str = ""
    closest: str = ""
    repository: str = ""


class RefAmbiguous(BaseReason, frozen=True, kw_only=True):
    """A branch and a tag have the same name."""

    ref: str


class ShaTooShort(BaseReason, frozen=True, kw_only=True):
    """Fewer than `needed` characters of a commit."""

    sha: str
    needed: int


class ShaUnknown(BaseReason, frozen=True, kw_only=True):
    """The repository has no such commit."""

    sha: str
    repository: str


class PullRequestFromFork(BaseReason, frozen=True, kw_only=True):
    """A fork's commit, where the environment does not allow forks."""

    number: int | None = None


class CommitOfAFork(BaseReason, frozen=True, kw_only=True):
    """Nothing of the repository reaches the commit, which may therefore be a fork's.

    `number` is the fork's pull request whose head it is, where there is one.
    """

    sha: str
    repository: str
    number: int | None = None


TypedReason = (
    UnknownCommand
    | UnknownOption
    | OptionEmpty
    | OptionTooLong
    | DurationMalformed
    | EnvironmentMissing
    | EnvironmentUnknown
    | EnvironmentIsRef
    | EnvironmentNameMalformed
    | EnvironmentAmbiguous
    | RefUnknown
    | RefAmbiguous
    | ShaTooShort
    | ShaUnknown
    | PullRequestFromFork
    | CommitOfAFork
)
