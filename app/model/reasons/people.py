"""Why somebody may not do what the configuration allows only certain people to do."""

from typing import Literal

from app.model.reasons.base import BaseReason

Doing = Literal["deploy", "force", "approve"]
"""What a list of people in the configuration file allows them to do."""


class NotAllowed(BaseReason, frozen=True, kw_only=True):
    """The configuration lists who may do this (`doing`), and the person is not one of them.

    `listed` is spelled as in the file; `login` is the person's. `revoked`: the file lists them, but
    they can no longer push to the repository. `nobody` are entries for which GitHub shows us no
    user or team, `withheld` are teams whose members our App may not see.
    """

    environment: str
    listed: tuple[str, ...]
    login: str = ""
    doing: Doing = "deploy"
    revoked: bool = False
    nobody: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


class IdentityUnproven(BaseReason, frozen=True, kw_only=True):
    """The configuration lists who may do this, and the person's GitHub login is not verified.

    `provable`: the `verify` command works on this installation. `doing` is as in `NotAllowed`.
    """

    environment: str
    listed: tuple[str, ...]
    doing: Doing = "deploy"
    provable: bool = True


class UnlockNotAllowed(BaseReason, frozen=True, kw_only=True):
    """Only people who may deploy to the environment, `listed`, may release its lock.

    `login` is that of the person who tried; empty if it is not verified. `provable` then says
    whether the `verify` command works on this installation.
    """

    environment: str
    listed: tuple[str, ...]
    login: str = ""
    provable: bool = True


PeopleReason = NotAllowed | IdentityUnproven | UnlockNotAllowed
