"""Slack's refusals, the store's, and what a restart of ours leaves behind."""

from app.texts.failures.failure import Details, Failure
from app.texts.markup import channel, code


def _where(d: Details) -> str:
    return channel(d.raw("channel")) if d.raw("channel") else "this channel"


def _not_in_channel(d: Details) -> str:
    number = d.text("deployment_id")
    if not number:
        return f"I am not a member of {_where(d)}. Invite me: `/invite @deploybot`."
    environment = f" to {d.bold('environment')}" if d.raw("environment") else ""
    return (
        f"Deployment {number}{environment} is on its way, but I am not a member of {_where(d)}, "
        "so I cannot post its progress. Invite me: `/invite @deploybot`."
    )


def _archived(d: Details) -> str:
    number, where = d.text("deployment_id"), _where(d)
    archived = f"{where[0].upper()}{where[1:]} is archived, so nothing can be posted there."
    if number:
        environment = f" to {d.bold('environment')}" if d.raw("environment") else ""
        archived = (
            f"Deployment {number}{environment} is on its way, but {where} is archived, so I cannot "
            "post its progress; GitHub shows it."
        )
    return f"{archived} Type {d.typed('setup owner/repo')} in another channel."


def _message_gone(_: Details) -> str:
    return "Somebody deleted this deployment's message. It is posted again, with what is new."


def _missing_scope(d: Details) -> str:
    return (
        f"Slack does not let me do this: the scope {d.code('scope', 'it takes')} is missing. "
        "Whoever operates deploybot must install the Slack app again. Deployments go on."
    )


def _token_revoked(_: Details) -> str:
    return (
        f"Slack does not accept deploybot's token any more. Whoever operates deploybot must renew "
        f"{code('SLACK_BOT_TOKEN')}. Deployments go on; GitHub shows their outcome."
    )


def _slack_refused(d: Details) -> str:
    return (
        f"Slack refused the message{d.quote()} "
        "Deployments go on; GitHub shows their outcome. Tell whoever operates deploybot."
    )


def _slack_down(d: Details) -> str:
    return (
        f"Slack does not answer{d.quote(lead=', last: ')} "
        "Deployments go on; the message follows when Slack is back."
    )


def _locks_lost(d: Details) -> str:
    return (
        f"My store was lost, and the locks of {d.code('repository', 'this repository')} with it. "
        "Deployments and messages are back. Set the locks again that you still need."
    )


def _store_down(_: Details) -> str:
    return "I could not write this down, so nothing was done. Type it again in a minute."


def _store_unsure(d: Details) -> str:
    return (
        "I could not confirm that I wrote this down. If I did, the answer appears here within a "
        f"minute; look at {d.typed('status')} before typing it again."
    )


def _restarted(d: Details) -> str:
    number = d.text("deployment_id")
    if number:
        return (
            f"I was restarted while doing this. Done: deployment {number} was created on GitHub. "
            "Not done yet: its pipeline, which starts by itself. Its message follows."
        )
    what = d.code("typed", d.so("action", "the button “{}”") or "your command")
    again = "Press it again" if d.raw("action") else "Type it again"
    return (
        "I was restarted before I came to this, and it is too old to be done unseen. "
        f"Done: nothing. Not done: {what}. {again} if you still want it."
    )


def _internal(d: Details) -> str:
    what = d.so("what", " while {}")
    return (
        f"Something went wrong inside deploybot{what}; it is in the log. "
        f"{d.typed('status')} shows what was done. Tell whoever operates deploybot."
    )


OURS = (
    Failure(
        "slack_not_in_channel",
        "The bot is no member of a private channel.",
        _not_in_channel,
        {"deployment_id": "812", "environment": "staging", "channel": "C024BE91L"},
    ),
    Failure("slack_archived", "The channel is archived.", _archived, {"channel": "C024BE91L"}),
    Failure("slack_message_gone", "A deployment's message was deleted.", _message_gone, {}),
    Failure(
        "slack_missing_scope",
        "The Slack app lacks a scope.",
        _missing_scope,
        {"scope": "chat:write.public"},
    ),
    Failure("slack_token_revoked", "The bot's token was revoked.", _token_revoked, {}),
    Failure(
        "slack_refused",
        "Slack refuses for a reason that has no entry of its own.",
        _slack_refused,
        {"message": "restricted_action"},
    ),
    Failure(
        "slack_down",
        "Slack answers 5xx or not at all.",
        _slack_down,
        {"message": "503 Service Unavailable"},
    ),
    Failure(
        "locks_lost",
        "The store was lost and built anew from GitHub.",
        _locks_lost,
        {"repository": "acme/shop"},
    ),
    Failure("store_down", "The store cannot be written.", _store_down, {}),
    Failure("store_unsure", "The store does not answer in time.", _store_unsure, {}),
    Failure(
        "restarted",
        "deploybot was restarted in the middle of a command.",
        _restarted,
        {"deployment_id": "812"},
    ),
    Failure(
        "internal",
        "A defect of deploybot's own.",
        _internal,
        {"what": "answering a command"},
    ),
)
