"""Channels, repositories and people that cannot be bound to each other."""

from app.texts.failures.failure import Details, Failure
from app.texts.markup import channel, code, mention

_GONE = frozenset({"app_not_installed", "repository_not_found"})


def since_begun(name: str) -> str:
    """The entry for a refusal that meets what had begun before: then the App was there once."""
    return "app_uninstalled" if name in _GONE else name


def _channel_not_bound(d: Details) -> str:
    return f"This channel has no repository yet. Bind one: {d.typed('setup owner/repo')}."


def _channel_already_bound(d: Details) -> str:
    return (
        f"This channel is bound to {d.code('repository', 'another repository')} already. "
        f"To change that, type {d.typed('reset')} first. Nothing was changed."
    )


def _repository_already_bound(d: Details) -> str:
    where = channel(d.raw("channel")) if d.raw("channel") else "another channel"
    reset = d.typed("reset")
    return (
        f"{d.code('repository', 'That repository')} is bound to {where} already, "
        f"and a repository has one channel. To move it here, type {reset} there first. "
        "Nothing was changed."
    )


def _repository_not_found(d: Details) -> str:
    return (
        f"There is no repository {d.code('repository', 'of that name')}, "
        "or my GitHub App cannot see it. Check the spelling, or "
        f"{d.link('url', 'install the App there')}. Nothing was changed."
    )


def _app_not_installed(d: Details) -> str:
    owner = d.code("owner", "the owner")
    return (
        f"My GitHub App is not installed on {d.code('repository', owner)}. "
        f"{d.link('url', 'Install it')} for {owner}; an owner of the organization may have to "
        "approve it. Then type the command again."
    )


def _app_suspended(d: Details) -> str:
    owner = d.code("owner", "the owner")
    return (
        f"My GitHub App is suspended for {owner}, so no deployment can start or go on. "
        f"An owner of {owner} lifts it {d.link('url', 'in the settings of the installation')}. "
        f"{_then(d)}"
    )


def _app_uninstalled(d: Details) -> str:
    owner = d.code("owner", "the owner")
    return (
        f"My GitHub App was uninstalled from {d.code('repository', owner)}, "
        "so no deployment can start or go on. "
        f"An owner of {owner} can {d.link('url', 'install it again')}. {_then(d)}"
    )


def _then(d: Details) -> str:
    if d.raw("gave_up"):
        return "I gave up on this deployment: nothing was deployed. Press *Retry* then."
    return "What waits goes on by itself if that happens within ten minutes."


def _repository_archived(d: Details) -> str:
    return (
        f"{d.code('repository', 'The repository')} is archived, "
        "and GitHub takes no deployments for it. Somebody with admin access can unarchive it."
    )


def _repository_name_malformed(d: Details) -> str:
    typed = d.code("typed")
    said = f"{typed} is no repository name" if typed else "The repository's name is missing"
    return (
        f"{said}. Type it as {code('owner/repo')} or paste its address: "
        f"{d.typed('setup owner/repo')}. Nothing was changed."
    )


def _direct_message(d: Details) -> str:
    return (
        "A repository belongs to a channel, not to a direct message. "
        f"Type {d.typed('setup owner/repo')} in the channel where its deployments shall appear."
    )


def _wrong_workspace(_: Details) -> str:
    return (
        "This installation of deploybot serves another Slack workspace. "
        "Ask in that workspace, or have deploybot installed for yours. Nothing was done."
    )


def _login_taken(d: Details) -> str:
    owner = mention(d.raw("slack_userid")) if d.raw("slack_userid") else "somebody else"
    return (
        f"{d.code('login', 'That login')} is linked to {owner} already. "
        f"If it is yours, ask them to type {d.typed('goodbye')}, then choose it again. "
        "Nothing was changed."
    )


def _nobody_to_claim(d: Details) -> str:
    return (
        f"Everyone who works on {d.code('repository', 'this repository')} is linked "
        "to a Slack user already. There is nothing to do."
    )


def _not_linked(d: Details) -> str:
    return (
        "You are not linked to a GitHub login, so there is nothing to undo. "
        f"{d.typed('hello')} in a channel with a repository links you."
    )


_SHOP = {"repository": "acme/shop", "owner": "acme"}
_INSTALL = "https://github.com/apps/deploybot/installations/new"

BINDING = (
    Failure("channel_not_bound", "A command in a channel without `setup`.", _channel_not_bound, {}),
    Failure(
        "channel_already_bound",
        "`setup` in a channel that has a repository.",
        _channel_already_bound,
        {"repository": "acme/shop"},
    ),
    Failure(
        "repository_already_bound",
        "`setup` of a repository that another channel has.",
        _repository_already_bound,
        {"repository": "acme/shop", "channel": "C024BE91L"},
    ),
    Failure(
        "repository_not_found",
        "`setup` of a repository that does not exist or that the App cannot see.",
        _repository_not_found,
        {"repository": "acme/shpo", "url": _INSTALL},
    ),
    Failure(
        "app_not_installed",
        "The App is not installed on the repository.",
        _app_not_installed,
        {**_SHOP, "url": _INSTALL},
        undeployed=True,
    ),
    Failure(
        "app_suspended",
        "The App's installation is suspended.",
        _app_suspended,
        {**_SHOP, "url": "https://github.com/organizations/acme/settings/installations"},
    ),
    Failure(
        "app_uninstalled",
        "The App was uninstalled from the repository.",
        _app_uninstalled,
        {**_SHOP, "url": _INSTALL},
    ),
    Failure(
        "repository_archived",
        "The repository is archived on GitHub.",
        _repository_archived,
        _SHOP,
        undeployed=True,
    ),
    Failure(
        "repository_name_malformed",
        "`setup` with something that is no `owner/repo`.",
        _repository_name_malformed,
        {"typed": "shop"},
    ),
    Failure("direct_message", "`setup` in a direct message.", _direct_message, {}),
    Failure("wrong_workspace", "A command from another Slack workspace.", _wrong_workspace, {}),
    Failure(
        "login_taken",
        "A claim button for a login that somebody else has claimed.",
        _login_taken,
        {"login": "octocat", "slack_userid": "U061F7AUR"},
    ),
    Failure("nobody_to_claim", "`hello` when everyone is linked.", _nobody_to_claim, _SHOP),
    Failure("not_linked", "`goodbye` of a person without a link.", _not_linked, {}),
)
