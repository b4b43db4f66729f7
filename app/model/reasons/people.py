"""Why somebody may not do what the configuration lets only some people do."""

from typing import Literal

from app.model.reasons.base import BaseReason

Doing = Literal["deploy", "force", "approve"]
"""What a list of people is about."""


class NotAllowed(BaseReason, frozen=True, kw_only=True):
    """The configuration names who may, and the person is not among them.

    `listed` as the file has them, `login` who asks; `doing` is what they may not. `revoked`: the
    file names them, and they cannot push to the repository any more. `nobody` are entries that
    GitHub shows us nobody for, `withheld` teams whose members the App may not see.
    """

    environment: str
    listed: tuple[str, ...]
    login: str = ""
    doing: Doing = "deploy"
    revoked: bool = False
    nobody: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


class IdentityUnproven(BaseReason, frozen=True, kw_only=True):
    """The configuration names who may, and nothing proves who this person is on GitHub.

    `provable`: people can prove their login here, by `verify`; `doing` as of `NotAllowed`.
    """

    environment: str
    listed: tuple[str, ...]
    doing: Doing = "deploy"
    provable: bool = True


class UnlockNotAllowed(BaseReason, frozen=True, kw_only=True):
    """Only those who may deploy to the environment release its lock; `listed` as the file has them.

    `login` who asks, empty where nothing proves who it is; then `provable` says whether it could.
    """

    environment: str
    listed: tuple[str, ...]
    login: str = ""
    provable: bool = True


PeopleReason = NotAllowed | IdentityUnproven | UnlockNotAllowed
