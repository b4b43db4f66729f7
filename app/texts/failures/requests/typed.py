"""What people typed that can't be done: commands, options, environments and refs."""

import re

from app.model.github.refs import SHORT_SHA
from app.model.reasons.typed import (
    CommitOfAFork,
    DurationMalformed,
    EnvironmentAmbiguous,
    EnvironmentIsRef,
    EnvironmentMissing,
    EnvironmentNameMalformed,
    EnvironmentUnknown,
    OptionEmpty,
    OptionTooLong,
    PullRequestFromFork,
    RefAmbiguous,
    RefUnknown,
    ShaTooShort,
    ShaUnknown,
    UnknownCommand,
    UnknownOption,
)
from app.texts.failures.failure import failure
from app.texts.markup import code
from app.texts.phrases import coded, codes
from app.texts.speech import typed, word

_PULL = re.compile(r"(?:#|(?:refs/)?pull/)([0-9]{1,9})(?:/head)?")
"""A pull request as people type it."""

_KINDS = {"branch": "branch", "tag": "tag", "sha": "commit", "pull_request": "pull request"}

_KNOWN = ("production", "staging", "preview")


@failure(
    when="The first word isn't a command.",
    example=UnknownCommand(typed="depoly", closest="deploy"),
)
def unknown_command(r: UnknownCommand) -> str:
    """Name the closest command; for an environment, the commands that take one."""
    if r.environment.strip():
        name = word(r.environment.strip())
        return (
            f"{coded(r.typed, 'That')} is an environment, not a command. {typed(f'deploy {name}')} "
            f"deploys to it, {typed(f'status {name}')} shows what's happening there."
        )
    guess = coded(r.closest)
    meant = f" Did you mean {guess}?" if guess else ""
    return f"I don't know {coded(r.typed, 'that')}.{meant} {typed('help')} lists everything."


@failure(
    when="A command has an unknown option.",
    example=UnknownOption(typed="--froce", closest="--force", of="deploy"),
    undeployed=True,
)
def unknown_option(r: UnknownOption) -> str:
    """Name the closest option; a word that isn't an option isn't called one."""
    guess, shown = coded(r.closest), coded(r.typed, "that")
    if not guess and r.typed.strip()[:1] not in {"-", "—", "–"}:
        return f"I don't understand {shown}. {typed('help')} lists what you can type."
    meant = f" Did you mean {guess}?" if guess else f" {typed('help')} lists the options."
    return f"Unknown option {shown}.{meant}"


@failure(
    when="An option that takes a value has none.",
    example=OptionEmpty(typed="--reason", hint='--reason "why"'),
    undeployed=True,
)
def option_empty(r: OptionEmpty) -> str:
    """Show how it is written."""
    return f"{coded(r.typed, 'That option')} needs a value: {coded(r.hint)}."


@failure(
    when="The value of an option is longer than 500 characters.",
    example=OptionTooLong(typed="--reason", limit=500, found=612),
    undeployed=True,
)
def option_too_long(r: OptionTooLong) -> str:
    """Say how long it is, and what the limit is."""
    return (
        f"{coded(r.typed, 'That option')} is too long: {r.found} characters, and the limit is "
        f"{r.limit}. Shorten it."
    )


@failure(
    when="`deploy` without an environment.",
    example=EnvironmentMissing(known=_KNOWN),
    undeployed=True,
)
def environment_missing(r: EnvironmentMissing) -> str:
    """List what can be typed."""
    lines = "".join(f"\n• {typed(f'{r.command} {word(name)}')}" for name in r.known[:20])
    if lines:
        return f"Which environment? Type one of these:{lines}"
    return f"Which environment? For example: {typed(f'{r.command} staging')}."


@failure(
    when="Neither the configuration nor GitHub knows the environment.",
    example=EnvironmentUnknown(environment="prodction", closest="production", known=_KNOWN),
    undeployed=True,
)
def environment_unknown(r: EnvironmentUnknown) -> str:
    """Name the closest environment, or all of them, and how to create a new one."""
    guess, known = r.closest, codes(r.known)
    meant = f" Did you mean {typed(f'deploy {word(guess)}')}?" if guess else ""
    listed = f" I only know {known}." if known and not guess else ""
    create = typed(f"deploy {word(r.environment.strip() or 'name')} --new")
    name = coded(r.environment, "you typed")
    return f"I don't know the environment {name}.{meant}{listed} To create it: {create}."


@failure(
    when="A new environment's name has more than letters, digits, spaces and `_ . / -`.",
    example=EnvironmentNameMalformed(environment="production;x", closest="production"),
    undeployed=True,
)
def environment_name_malformed(r: EnvironmentNameMalformed) -> str:
    """Say what a name may contain, the closest name, and where other names belong."""
    guess, name = r.closest, coded(r.environment, "That")
    meant = f" Did you mean {typed(f'deploy {word(guess)}')}?" if guess else ""
    return (
        f"{name} doesn't work as an environment name: use letters from A to Z, digits, spaces and "
        f"`_ . / -`.{meant} For any other name, add it under `environments` in "
        "`.github/deploybot.yml`."
    )


@failure(
    when="`deploy` of a branch, tag, commit or pull request without an environment.",
    example=EnvironmentIsRef(ref="main", kind="branch", known=_KNOWN),
    undeployed=True,
)
def environment_is_ref(r: EnvironmentIsRef) -> str:
    """Say what it is instead, and what to type."""
    what, ref = _KINDS.get(r.kind, "branch or tag"), word(r.ref.strip() or "main")
    lines = "".join(f"\n• {typed(f'deploy {word(name)} {ref}')}" for name in r.known[:20])
    lead = f"{coded(r.ref, 'That')} is a {what}, not an environment."
    return f"{lead} Put the environment first:{lines}" if lines else lead


@failure(
    when="A name is an alias of two environments.",
    example=EnvironmentAmbiguous(environment="eu", matches=("production-eu", "staging-eu")),
    undeployed=True,
)
def environment_ambiguous(r: EnvironmentAmbiguous) -> str:
    """Name the environments that it could be."""
    return (
        f"{coded(r.environment, 'That name')} could be {codes(r.matches, 'several')}. "
        "Type the environment's full name."
    )


@failure(
    when="There is no branch, tag, commit or pull request of that name.",
    example=RefUnknown(ref="mian", closest="main", repository="acme/shop"),
    undeployed=True,
)
def ref_unknown(r: RefUnknown) -> str:
    """Name the closest ref, and the repository."""
    where = coded(r.repository, "The repository")
    pull = _PULL.fullmatch(r.ref.strip())
    if pull is not None:
        return f"{where} has no pull request #{pull[1]}. Check its number."
    meant = (
        f" Did you mean {code(r.closest)}?"
        if r.closest
        else " Check the spelling or push it first."
    )
    return f"{where} has no branch, tag or commit {coded(r.ref, 'of that name')}.{meant}"


@failure(
    when="A branch and a tag have the same name.",
    example=RefAmbiguous(ref="v1.4.0"),
    undeployed=True,
)
def ref_ambiguous(r: RefAmbiguous) -> str:
    """Say how to type either."""
    ref = r.ref.strip() or "name"
    return (
        f"{code(ref)} is both a branch and a tag. "
        f"Type {code(f'heads/{ref}')} for the branch or {code(f'tags/{ref}')} for the tag."
    )


@failure(
    when="A duration can't be read.",
    example=DurationMalformed(typed="tomorrow", option="--for"),
)
def duration_malformed(r: DurationMalformed) -> str:
    """Show how to type one."""
    return (
        f"{coded(r.typed, 'That')} isn't a duration. Type {code(f'{r.option} 2h')}, "
        f"{code(f'{r.option} 90m')} or {code(f'{r.option} 1h30m')}; a week at most."
    )


@failure(
    when="A commit is named by fewer than 7 characters.",
    example=ShaTooShort(sha="3f9c", needed=7),
    undeployed=True,
)
def sha_too_short(r: ShaTooShort) -> str:
    """Say how many characters it needs."""
    return (
        f"{coded(r.sha, 'That')} is too short for a commit. "
        f"Type at least {r.needed} characters of it."
    )


@failure(
    when="The repository doesn't have the commit.",
    example=ShaUnknown(sha="3f9c2d1", repository="acme/shop"),
    undeployed=True,
)
def sha_unknown(r: ShaUnknown) -> str:
    """Name the repository."""
    return (
        f"{coded(r.repository, 'The repository')} has no commit {coded(r.sha, 'like that')}. "
        "Push it first, or deploy a branch or tag."
    )


@failure(
    when="A pull request comes from a fork.",
    example=PullRequestFromFork(number=482),
    undeployed=True,
)
def pull_request_from_fork(r: PullRequestFromFork) -> str:
    """Say why forks aren't deployed, and the key that allows it."""
    what = f"Pull request #{r.number}" if r.number else "This pull request"
    return (
        f"{what} comes from a fork, and code from forks doesn't get this repository's secrets. "
        f"To allow it, set {code('forks: true')} on the environment "
        "in `.github/deploybot.yml` on the default branch."
    )


@failure(
    when="A commit, named by its SHA, isn't on any branch or tag of the repository.",
    example=CommitOfAFork(sha="3f9c2d1", repository="acme/shop"),
    undeployed=True,
)
def commit_of_a_fork(r: CommitOfAFork) -> str:
    """Say why it isn't deployed, and what to deploy instead."""
    fork = (
        f" It's the head of pull request #{r.number}, which comes from a fork: to allow those, set "
        f"{code('forks: true')} on the environment in `.github/deploybot.yml`."
        if r.number
        else ""
    )
    return (
        f"{coded(r.sha[:SHORT_SHA], 'That commit')} isn't on any branch or tag of "
        f"{coded(r.repository, 'this repository')}, so it may come from a fork. Push it to a "
        f"branch first, or deploy a branch or tag.{fork}"
    )
