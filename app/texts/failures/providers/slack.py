"""Slack is down, or refuses what I post."""

from app.model.reasons.ours import (
    SlackArchived,
    SlackDown,
    SlackMessageFixed,
    SlackMessageGone,
    SlackMissingScope,
    SlackNotInChannel,
    SlackRefused,
    SlackTokenRevoked,
)
from app.texts.failures.failure import failure
from app.texts.markup import capitalized, channel, code
from app.texts.phrases import coded, quote, strong
from app.texts.speech import typed


def _where(r: SlackNotInChannel | SlackArchived) -> str:
    return channel(r.channel) if r.channel else "this channel"


@failure(
    when="The bot isn't a member of a private channel.",
    example=SlackNotInChannel(deployment_id=812, environment="staging", channel="C024BE91L"),
)
def slack_not_in_channel(r: SlackNotInChannel) -> str:
    """Say how to invite the bot."""
    if r.deployment_id is None:
        return f"I'm not a member of {_where(r)}. Invite me: `/invite @deploybot`."
    environment = f" to {strong(r.environment)}" if r.environment else ""
    return (
        f"Deployment {r.deployment_id}{environment} is on its way, but I'm not a member of "
        f"{_where(r)}, so I can't post its progress. Invite me: `/invite @deploybot`."
    )


@failure(when="The channel is archived.", example=SlackArchived(channel="C024BE91L"))
def slack_archived(r: SlackArchived) -> str:
    """Say where to set it up instead."""
    where = _where(r)
    archived = f"{capitalized(where)} is archived, so I can't post there."
    if r.deployment_id is not None:
        environment = f" to {strong(r.environment)}" if r.environment else ""
        archived = (
            f"Deployment {r.deployment_id}{environment} is on its way, but {where} is archived, "
            "so I can't post its progress; check GitHub."
        )
    return f"{archived} Type {typed('setup owner/repo')} in another channel."


@failure(when="A deployment's message was deleted.", example=SlackMessageGone())
def slack_message_gone(_: SlackMessageGone) -> str:
    """Say that it is posted again."""
    return "Somebody deleted this deployment's message, so I'm posting it again."


@failure(
    when="Slack doesn't let the bot edit a deployment's message (`edit_window_closed`).",
    example=SlackMessageFixed(),
)
def slack_message_fixed(_: SlackMessageFixed) -> str:
    """Say where the outcome will be posted instead."""
    return (
        "Slack won't let me edit this deployment's message anymore. "
        "I'll post the outcome in its thread."
    )


@failure(when="The Slack app lacks a scope.", example=SlackMissingScope(scope="chat:write.public"))
def slack_missing_scope(r: SlackMissingScope) -> str:
    """Name the scope, and who can add it."""
    return (
        f"Slack won't let me do this: the scope {coded(r.scope, 'for it')} is missing. "
        "Ask whoever runs deploybot to reinstall the Slack app. Deployments still work."
    )


@failure(when="The bot's token was revoked.", example=SlackTokenRevoked())
def slack_token_revoked(_: SlackTokenRevoked) -> str:
    """Say who has to renew it."""
    return (
        f"Slack rejected my token. Ask whoever runs deploybot to renew "
        f"{code('SLACK_BOT_TOKEN')}. Deployments still work; GitHub shows how they end."
    )


@failure(
    when="Slack refuses for a reason that has no entry of its own.",
    example=SlackRefused(message="restricted_action"),
)
def slack_refused(r: SlackRefused) -> str:
    """Quote Slack."""
    return (
        f"Slack refused the message{quote(r.message)} "
        "Deployments still work; GitHub shows how they end. Tell whoever runs deploybot."
    )


@failure(
    when="Slack answers 5xx or not at all.", example=SlackDown(message="503 Service Unavailable")
)
def slack_down(r: SlackDown) -> str:
    """Say that deployments continue."""
    return (
        f"Slack is down{quote(r.message)} "
        "Deployments still work; I'll post the message when Slack is back."
    )
