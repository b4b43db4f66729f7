"""What is wrong with what a person typed: the command, its options, the environment, the ref."""

from app.model.reasons.base import BaseReason


class UnknownCommand(BaseReason, frozen=True, kw_only=True):
    """The first word is not a command; `closest` is a similar one, if any.

    `environment` is set if the word is an environment's name or alias.
    """

    typed: str
    closest: str = ""
    environment: str = ""


class UnknownOption(BaseReason, frozen=True, kw_only=True):
    """The command `of` has no such option; `closest` is a similar one, if any."""

    typed: str
    closest: str = ""
    of: str = ""


class OptionEmpty(BaseReason, frozen=True, kw_only=True):
    """An option lacks its value; `hint` shows how to write it."""

    typed: str
    hint: str


class OptionTooLong(BaseReason, frozen=True, kw_only=True):
    """An option's value has `found` characters, and at most `limit` are allowed."""

    typed: str
    limit: int
    found: int


class DurationMalformed(BaseReason, frozen=True, kw_only=True):
    """The option takes a duration such as `2h`, and `typed` is not one."""

    typed: str
    option: str


class EnvironmentMissing(BaseReason, frozen=True, kw_only=True):
    """No environment was named; `known` are those that the command can be used with."""

    known: tuple[str, ...] = ()
    command: str = "deploy"


class EnvironmentUnknown(BaseReason, frozen=True, kw_only=True):
    """There is no such environment; `closest` is a similar one, if any."""

    environment: str
    closest: str = ""
    known: tuple[str, ...] = ()


class EnvironmentNameMalformed(BaseReason, frozen=True, kw_only=True):
    """The name has characters that only the configuration file may put into an environment's name.

    `closest` is a similar environment, if any.
    """

    environment: str
    closest: str = ""


class EnvironmentIsRef(BaseReason, frozen=True, kw_only=True):
    """What was typed as the environment is a ref, of a `kind` such as `branch` (see `RefKind`).

    `known` are environments that it can be deployed to.
    """

    ref: str
    kind: str
    known: tuple[str, ...] = ()


class EnvironmentAmbiguous(BaseReason, frozen=True, kw_only=True):
    """The name could mean any of the environments `matches`."""

    environment: str
    matches: tuple[str, ...]


class RefUnknown(BaseReason, frozen=True, kw_only=True):
    """The repository has no such branch, tag, commit or pull request.

    `closest` is a similar branch or tag, if any.
    """

    ref: str = ""
    closest: str = ""
    repository: str = ""


class RefAmbiguous(BaseReason, frozen=True, kw_only=True):
    """A branch and a tag are both called `ref`."""

    ref: str


class ShaTooShort(BaseReason, frozen=True, kw_only=True):
    """An abbreviated commit SHA has fewer than `needed` characters."""

    sha: str
    needed: int


class ShaUnknown(BaseReason, frozen=True, kw_only=True):
    """The repository has no such commit."""

    sha: str
    repository: str


class PullRequestFromFork(BaseReason, frozen=True, kw_only=True):
    """The commit comes from a fork, which the environment does not allow.

    `number` is the fork's pull request, if it is known.
    """

    number: int | None = None


class CommitOfAFork(BaseReason, frozen=True, kw_only=True):
    """No branch or tag of the repository contains the commit, so it may come from a fork.

    `number` is the fork's pull request whose head it is, if there is one.
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
