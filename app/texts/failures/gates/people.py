"""Who may deploy, force, approve or unlock, and how people show who they are."""

from app.model.configuration.file import CONFIG_FILE
from app.model.reasons.people import Doing, IdentityUnproven, NotAllowed, UnlockNotAllowed
from app.texts.failures.failure import failure
from app.texts.markup import code
from app.texts.phrases import coded, codes, strong
from app.texts.speech import typed

_FORCE = "--force"
_MEMBERS = "Members: read"
_DOING: dict[Doing, str] = {
    "deploy": "deploy to",
    "force": f"use {code(_FORCE)} on",
    "approve": "approve deployments to",
}


@failure(
    when="The configuration names who may deploy, and the person isn't one of them.",
    example=NotAllowed(
        environment="production", listed=("@octocat", "team:acme/ops"), login="hubot"
    ),
    undeployed=True,
)
def not_allowed(r: NotAllowed) -> str:
    """Say who may, and which entries of the list match nobody."""
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
    """Say who may, and how to verify a login, if that is possible here."""
    only = f"Only {_people(r.listed)} can {_DOING[r.doing]} {strong(r.environment)}"
    return _prove(only, provable=r.provable)


@failure(
    when="Somebody unlocks an environment to which they may not deploy.",
    example=UnlockNotAllowed(environment="production", listed=("@octocat",), login="hubot"),
)
def unlock_not_allowed(r: UnlockNotAllowed) -> str:
    """Say who may, and how to verify a login, if that is possible here."""
    only = f"Only {_people(r.listed)} can unlock {strong(r.environment)}"
    return f"{only}. It stays locked." if r.login else _prove(only, provable=r.provable)


def _people(listed: tuple[str, ...]) -> str:
    """The entries of a list in the file, joined for a sentence (markup)."""
    return " and ".join(map(_who, listed))


def _who(entry: str) -> str:
    """An entry in the file: a login, or a GitHub team (markup)."""
    kind, _, name = entry.partition(":")
    if kind == "team" and name:
        return f"the GitHub team {coded(name)}"
    return coded(entry.removeprefix("@"))


def _prove(only: str, *, provable: bool) -> str:
    """Who may (`only`), then how to verify a login, or why that is impossible here."""
    if provable:
        return f"{only}. To show me who you are on GitHub, type {typed('verify')}."
    return (
        f"{only}, and I can't verify GitHub logins yet: whoever runs me has to set "
        f"{code('GITHUB_CLIENT_SECRET')}."
    )
