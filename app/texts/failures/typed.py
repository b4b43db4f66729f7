"""What a person typed that cannot be done: commands, environments, refs."""

import re

from app.texts.failures.failure import Details, Failure
from app.texts.markup import code

_PULL = re.compile(r"(?:#|(?:refs/)?pull/)([0-9]{1,9})(?:/head)?")
"""How a pull request is typed."""


def _unknown_command(d: Details) -> str:
    guess = d.code("closest")
    meant = f" Did you mean {guess}?" if guess else ""
    return f"I don't know {d.code('typed', 'that')}.{meant} {d.typed('help')} lists everything."


def _unknown_option(d: Details) -> str:
    guess, typed = d.code("closest"), d.code("typed", "that")
    if d.raw("input"):
        return (
            f"I don't understand {typed}: inputs come from this repository's configuration, "
            "none can be typed yet."
        )
    if not guess and d.raw("typed")[:1] not in {"-", "—", "–"}:
        return f"I don't understand {typed}. {d.typed('help')} lists what can be typed."
    of = f" to {d.code('of')}" if d.raw("of") else ""
    meant = f" Did you mean {guess}?" if guess else f" {d.typed('help')} lists the options."
    return f"{d.code('typed', 'That')} is no option{of}.{meant}"


def _option_empty(d: Details) -> str:
    return f"{d.code('typed', 'That option')} needs something after it: {d.code('hint')}."


def _option_too_long(d: Details) -> str:
    return (
        f"{d.code('typed', 'That option')} takes at most {d.text('limit', '500')} characters, "
        f"but this has {d.text('found', 'more')}. Shorten it."
    )


def _environment_missing(d: Details) -> str:
    lines = "".join(f"\n• {d.typed(f'deploy {name}')}" for name in d.lines("known")[:20])
    return (
        f"Name the environment to deploy to. Type one of these:{lines}"
        if lines
        else (f"Name the environment to deploy to, such as {d.typed('deploy staging')}.")
    )


def _environment_unknown(d: Details) -> str:
    name = d.code("environment", "you named")
    guess = d.raw("closest")
    known = d.codes("known")
    meant = f" Did you mean {code(guess)}? Type {d.typed(f'deploy {guess}')}." if guess else ""
    listed = f" Known: {known}." if known and not guess else ""
    create = d.typed(f"deploy {d.raw('environment') or 'name'} --new")
    return f"I don't know the environment {name}.{meant}{listed} {create} creates it."


def _environment_ambiguous(d: Details) -> str:
    return (
        f"{d.code('environment', 'That name')} could be {d.codes('matches', 'several')}. "
        "Type the environment's full name."
    )


def _ref_unknown(d: Details) -> str:
    guess = d.raw("closest")
    where = d.code("repository", "The repository")
    pull = _PULL.fullmatch(d.raw("ref"))
    if pull is not None:
        return f"{where} has no pull request #{pull[1]}. Check its number."
    meant = f" Did you mean {code(guess)}?" if guess else " Check the spelling, or push it first."
    return f"{where} has no branch, tag or commit {d.code('ref', 'of that name')}.{meant}"


def _ref_ambiguous(d: Details) -> str:
    ref = d.raw("ref") or "name"
    return (
        f"{code(ref)} is a branch and a tag. "
        f"Type {code(f'heads/{ref}')} for the branch or {code(f'tags/{ref}')} for the tag."
    )


def _sha_too_short(d: Details) -> str:
    return (
        f"{d.code('sha', 'That')} is too short for a commit. "
        f"Type at least {d.text('needed', '7')} characters of it."
    )


def _sha_unknown(d: Details) -> str:
    return (
        f"{d.code('repository', 'The repository')} has no commit {d.code('sha', 'like that')}. "
        "Push it first, or name a branch or tag."
    )


def _fork(d: Details) -> str:
    number = d.text("number")
    what = f"Pull request #{number}" if number else "This pull request"
    return (
        f"{what} comes from a fork, and a fork's code does not see this repository's secrets. "
        f"To allow it, set {code('forks: true')} on the environment "
        "in `.github/deploybot.yml` on the default branch."
    )


_EXAMPLE_KNOWN = "production\nstaging\npreview"

TYPED = (
    Failure(
        "unknown_command",
        "The first word is no command.",
        _unknown_command,
        {"typed": "depoly", "closest": "deploy"},
    ),
    Failure(
        "unknown_option",
        "An option of a command is not known.",
        _unknown_option,
        {"typed": "--froce", "closest": "--force", "of": "deploy"},
        undeployed=True,
    ),
    Failure(
        "option_empty",
        "An option of a command that takes a value has none.",
        _option_empty,
        {"typed": "--reason", "hint": '--reason "why"'},
        undeployed=True,
    ),
    Failure(
        "option_too_long",
        "The value of an option is longer than 500 characters.",
        _option_too_long,
        {"typed": "--reason", "limit": "500", "found": "612"},
        undeployed=True,
    ),
    Failure(
        "environment_missing",
        "`deploy` without an environment.",
        _environment_missing,
        {"known": _EXAMPLE_KNOWN},
        undeployed=True,
    ),
    Failure(
        "environment_unknown",
        "An environment that neither the configuration nor GitHub knows.",
        _environment_unknown,
        {"environment": "prodction", "closest": "production", "known": _EXAMPLE_KNOWN},
        undeployed=True,
    ),
    Failure(
        "environment_ambiguous",
        "A name that is an alias of two environments.",
        _environment_ambiguous,
        {"environment": "eu", "matches": "production-eu\nstaging-eu"},
        undeployed=True,
    ),
    Failure(
        "ref_unknown",
        "No branch, tag, commit or pull request of that name.",
        _ref_unknown,
        {"ref": "mian", "closest": "main", "repository": "acme/shop"},
        undeployed=True,
    ),
    Failure(
        "ref_ambiguous",
        "A branch and a tag of the same name.",
        _ref_ambiguous,
        {"ref": "v1.4.0"},
        undeployed=True,
    ),
    Failure(
        "sha_too_short",
        "A commit with fewer than 7 characters.",
        _sha_too_short,
        {"sha": "3f9c", "needed": "7"},
        undeployed=True,
    ),
    Failure(
        "sha_unknown",
        "A commit that the repository does not have.",
        _sha_unknown,
        {"sha": "3f9c2d1", "repository": "acme/shop"},
        undeployed=True,
    ),
    Failure(
        "pull_request_from_fork",
        "A pull request whose head is in a fork.",
        _fork,
        {"number": "482", "environment": "pr482"},
        undeployed=True,
    ),
)
