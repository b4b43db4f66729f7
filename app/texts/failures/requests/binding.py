"""Why a channel and a repository, or a person and a login, can't be connected."""

from app.model.reasons.binding import (
    AppNotInstalled,
    AppSuspended,
    AppUninstalled,
    ChannelAlreadyBound,
    ChannelIsAnother,
    ChannelNotBound,
    ClaimUnreadable,
    CodeInvalid,
    DirectMessage,
    GuestMayNotBind,
    IdentityUnverified,
    LoginTaken,
    NobodyToClaim,
    NotLinked,
    RepositoryAlreadyBound,
    RepositoryArchived,
    RepositoryNameMalformed,
    RepositoryNotFound,
    VerifyingOff,
    WrongWorkspace,
)
from app.texts.failures.failure import failure
from app.texts.markup import channel, code, link, mention
from app.texts.phrases import coded
from app.texts.speech import typed

_SHOP = "acme/shop"
_INSTALL = "https://github.com/apps/deploybot/installations/new"
_SETTINGS = "https://github.com/organizations/acme/settings/installations"


@failure(when="A command is typed in a channel without a repository.", example=ChannelNotBound())
def channel_not_bound(_: ChannelNotBound) -> str:
    """Say how to connect a repository."""
    return f"This channel has no repository yet. Connect one: {typed('setup owner/repo')}."


@failure(
    when="`setup` in a channel that has a repository.",
    example=ChannelAlreadyBound(repository=_SHOP),
)
def channel_already_bound(r: ChannelAlreadyBound) -> str:
    """Say which repository it has, and how to disconnect it."""
    return (
        f"This channel already deploys {coded(r.repository, 'another repository')}. "
        f"To change that, type {typed('reset')} first. Nothing was changed."
    )


@failure(
    when="`setup` of a repository that another channel has.",
    example=RepositoryAlreadyBound(repository=_SHOP, channel="C024BE91L"),
)
def repository_already_bound(r: RepositoryAlreadyBound) -> str:
    """Say which channel has it (unless that is private), and how to move it."""
    where = channel(r.channel) if r.channel else "another channel"
    return (
        f"{coded(r.repository, 'That repository')} already deploys from {where}, and it can only "
        f"have one channel. To move it here, type {typed('reset')} there first. "
        "Nothing was changed."
    )


@failure(
    when="`setup` of a repository that doesn't exist or that the App can't see.",
    example=RepositoryNotFound(repository="acme/shpo", url=_INSTALL),
)
def repository_not_found(r: RepositoryNotFound) -> str:
    """Say both possible causes: GitHub answers the same to either."""
    return (
        f"I can't find {coded(r.repository, 'that repository')}: it doesn't exist, or my GitHub "
        f"App can't see it. Check the spelling, or {link(r.url, 'install the App there')}. "
        "Nothing was changed."
    )


@failure(
    when="The App is not installed on the repository.",
    example=AppNotInstalled(repository=_SHOP, url=_INSTALL),
    undeployed=True,
)
def app_not_installed(r: AppNotInstalled) -> str:
    """Say where to install it, and who can."""
    owner = coded(r.owner, "the owner")
    return (
        f"My GitHub App isn't installed on {coded(r.repository, owner)}. "
        f"{link(r.url, 'Install it')} for {owner} (an owner of the organization may have to "
        "approve it), then type the command again."
    )


@failure(
    when="The App's installation is suspended.",
    example=AppSuspended(repository=_SHOP, url=_SETTINGS),
)
def app_suspended(r: AppSuspended) -> str:
    """Say who can lift the suspension, and what happens to waiting deployments."""
    owner = coded(r.owner, "the owner")
    return (
        f"My GitHub App is suspended for {owner}, so deployments are blocked. "
        f"An owner of {owner} can unsuspend it in {link(r.url, 'its settings')}. "
        f"{_then(gave_up=r.gave_up)}"
    )


@failure(
    when="The App was uninstalled from the repository.",
    example=AppUninstalled(repository=_SHOP, url=_INSTALL),
)
def app_uninstalled(r: AppUninstalled) -> str:
    """Say who can install it again, and what happens to waiting deployments."""
    owner = coded(r.owner, "the owner")
    return (
        f"My GitHub App was uninstalled from {coded(r.repository, owner)}, "
        "so deployments are blocked. "
        f"An owner of {owner} can {link(r.url, 'install it again')}. {_then(gave_up=r.gave_up)}"
    )


def _then(*, gave_up: bool) -> str:
    if gave_up:
        return "I gave up on this deployment; nothing was deployed. Press *Retry* afterwards."
    return "Waiting deployments continue automatically if that happens within ten minutes."


@failure(
    when="The repository is archived on GitHub.",
    example=RepositoryArchived(repository=_SHOP),
    undeployed=True,
)
def repository_archived(r: RepositoryArchived) -> str:
    """Say who can unarchive it."""
    return (
        f"{coded(r.repository, 'The repository')} is archived, "
        "so GitHub won't accept deployments for it. Someone with admin access can unarchive it."
    )


@failure(
    when="`setup` with something that isn't `owner/repo`.",
    example=RepositoryNameMalformed(typed="shop"),
)
def repository_name_malformed(r: RepositoryNameMalformed) -> str:
    """Say how to write a repository's name."""
    name = coded(r.typed)
    said = f"{name} isn't a repository name" if name else "The repository's name is missing"
    return (
        f"{said}. Type it as {code('owner/repo')} or paste its address: "
        f"{typed('setup owner/repo')}. Nothing was changed."
    )


@failure(when="`setup` in a direct message.", example=DirectMessage())
def direct_message(_: DirectMessage) -> str:
    """Say where to type it."""
    return (
        "That only works in a channel, not in a direct message. "
        f"Type {typed('setup owner/repo')} in the channel you want to deploy from."
    )


@failure(when="A command comes from another Slack workspace.", example=WrongWorkspace())
def wrong_workspace(_: WrongWorkspace) -> str:
    """Say what to do instead."""
    return (
        "This deploybot belongs to another Slack workspace, so nothing was done. "
        "Type it over there, or have deploybot installed for this workspace."
    )


@failure(
    when="`setup`, `reset` or a claim button by a guest of the workspace.",
    example=GuestMayNotBind(),
)
def guest_may_not_bind(_: GuestMayNotBind) -> str:
    """Say who can do it."""
    return (
        "Guests can't connect or disconnect a channel, or claim a GitHub login. "
        "Ask a full member of this workspace to do it. Nothing was changed."
    )


@failure(
    when="`setup` by somebody whose GitHub login isn't verified, where it has to be.",
    example=IdentityUnverified(repository=_SHOP),
)
def identity_unverified(r: IdentityUnverified) -> str:
    """Say whether the login isn't verified, or has no access to the repository."""
    name = coded(r.repository, "this repository")
    if r.login:
        verb = "push to" if r.access == "write" else "see"
        return (
            f"{coded(r.login)} can't {verb} {name} on GitHub, so you can't connect it here. "
            "Ask somebody who can. Nothing was changed."
        )
    return (
        f"Connecting {name} takes a verified GitHub login, and yours isn't verified. "
        f"Type {typed('verify')} first. Nothing was changed."
    )


@failure(
    when="`setup` in a channel other than the one that the file names.",
    example=ChannelIsAnother(repository=_SHOP, channel="C024BE91L"),
)
def channel_is_another(r: ChannelIsAnother) -> str:
    """Say which channel it is, and where that is set."""
    return (
        f"{coded(r.repository, 'This repository')} only deploys from {channel(r.channel)}: "
        "`channel` in its `.github/deploybot.yml` says so. "
        f"Type {typed('setup owner/repo')} there, or change the file. Nothing was changed."
    )


@failure(
    when="Somebody claims a login that somebody else has claimed.",
    example=LoginTaken(login="octocat", slack_userid="U061F7AUR"),
)
def login_taken(r: LoginTaken) -> str:
    """Say who has it, and how they can give it up."""
    owner = mention(r.slack_userid) if r.slack_userid else "somebody else"
    return (
        f"{coded(r.login, 'That login')} is already linked to {owner}. "
        f"If it's yours, ask them to type {typed('goodbye')}, then choose it again. "
        "Nothing was changed."
    )


@failure(when="`verify` where deploybot has no client secret.", example=VerifyingOff())
def verifying_off(_: VerifyingOff) -> str:
    """Say who can turn it on."""
    return (
        "I can't verify GitHub logins yet: whoever runs me has to set "
        f"{code('GITHUB_CLIENT_SECRET')}."
    )


@failure(
    when="`verify` with a code that is wrong, too old, used or somebody else's.",
    example=CodeInvalid(),
)
def code_invalid(_: CodeInvalid) -> str:
    """Say how to get a new code."""
    return f"That code isn't valid, or it has expired. Type {typed('verify')} for a new one."


@failure(when="A claim button doesn't carry a login's ID.", example=ClaimUnreadable())
def claim_unreadable(_: ClaimUnreadable) -> str:
    """Say how to get a new button."""
    return f"I can't read that button, so nothing was changed. Type {typed('hello')} for a new one."


@failure(when="`hello` when everyone is linked.", example=NobodyToClaim(repository=_SHOP))
def nobody_to_claim(r: NobodyToClaim) -> str:
    """Say that everyone is linked."""
    return (
        f"Everyone who works on {coded(r.repository, 'this repository')} is already linked "
        "to Slack."
    )


@failure(when="`goodbye` by a person without a link.", example=NotLinked())
def not_linked(_: NotLinked) -> str:
    """Say how to link."""
    return (
        "You aren't linked to a GitHub login. "
        f"To link yourself, type {typed('hello')} in a channel with a repository."
    )
