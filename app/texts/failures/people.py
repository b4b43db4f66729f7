"""Failures of people: who may, and how somebody proves who they are."""

from app.model.configuration.file import CONFIG_FILE
from app.model.reasons.people import Doing, IdentityUnproven, NotAllowed, UnlockNotAllowed
from app.texts.failures.failure import failure
from app.texts.failures.phrases import coded, codes, strong
from app.texts.markup import code
from app.texts.speech import typed

_FORCE = "--force"
_MEMBERS = "Members: read"
_DOING: dict[Doing, str] = {
    "deploy": "deploy to",
    "force": f"use {code(_FORCE)} on",
    "approve": "approve deployments to",
}


@failure(
    when="The configuration names who may deploy, and the person is not among them.",
    example=NotAllowed(
        environment="production", listed=("@octocat", "team:acme/ops"), login="hubot"
    ),
    undeployed=True,
)
def not_allowed(r: NotAllowed) -> str:
    """Who may; and which entries of the list mean nobody."""
    where = strong(r.environment)
    what = f"{_DOING[r.doing]} {where}"
    other = f", not {coded(r.login)}" if r.login.strip() else ""
    parts = [f"Only {_people(r.listed)} can {what}{other}."]
    if r.revoked:
        who = coded(r.login, "Your login")
        parts.append(f"{who} is on that list but can't push to the repository anymore.")
    if r.nobody:
        parts.append(f"I can't find {codes(r.nobody)} on GitHub: check {code(CONFIG_FILE)}.")
    if r.withheld:
        parts.append(
            f"I can't see who's in {codes(r.withheld)}: the GitHub App is missing the "
            f"permission {code(_MEMBERS)}."
        )
    return " ".join(parts)


@failure(
    when="The configuration names who may deploy, and the person's GitHub login isn't verified.",
    example=IdentityUnproven(environment="production", listed=("@octocat",)),
    undeployed=True,
)
def identity_unproven(r: IdentityUnproven) -> str:
    """How to prove it; or that nobody can here."""
    only = f"Only {_people(r.listed)} can {_DOING[r.doing]} {strong(r.environment)}"
    return _prove(only, provable=r.provable)


@failure(
    when="Somebody unlocks an environment to which they may not deploy.",
    example=UnlockNotAllowed(environment="production", listed=("@octocat",), login="hubot"),
)
def unlock_not_allowed(r: UnlockNotAllowed) -> str:
    """Who may; how to prove who one is."""
    only = f"Only {_people(r.listed)} can unlock {strong(r.environment)}"
    return f"{only}. It stays locked." if r.login else _prove(only, provable=r.provable)


def _people(listed: tuple[str, ...]) -> str:
    """Who is on a list, as people say it; a pattern that is neither stays as it stands."""
    return " and ".join(map(_who, listed))


def _who(entry: str) -> str:
    """A login, or a team of GitHub's."""
    kind, _, name = entry.partition(":")
    if kind == "team" and name:
        return f"the GitHub team {coded(name)}"
    return coded(entry.removeprefix("@"))


def _prove(only: str, *, provable: bool) -> str:
    """How somebody proves who they are."""
    if provable:
        return f"{only}. To show me who you are on GitHub, type {typed('verify')}."
    return (
        f"{only}, and I can't verify GitHub logins yet: whoever runs me has to set "
        f"{code('GITHUB_CLIENT_SECRET')}."
    )
