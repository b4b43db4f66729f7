"""The live message: one for each deployment, brought up to date in place."""

import hashlib

import msgspec
from msgspec import UNSET, structs

from app.lifecycle.backoff import cleared, left_alone
from app.lifecycle.deployment.phases.telling.news import NEVER
from app.lifecycle.deployment.step_types import (
    BuildStep,
    Facts,
    PostMessage,
    RemoveMessage,
    UpdateMessage,
    What,
)
from app.lifecycle.intents import unguarded
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.model.build import Build
from app.model.chat.card import Card
from app.model.effects import Effect
from app.texts.cards.card import card_of

TITLES_FOR = 3600.0
"""Seconds of failures after which we stop trying to read a ticket's title."""


def show(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Post the live message (one for each deployment), or bring it up to date in place."""
    method = Effect.MESSAGE if b.message_ts is None else Effect.CARD
    if b.slack_channelid is None:
        return None
    if left_alone(b, ("slack", method), now.wall, limits.give_up):
        return None
    card = card_of(b, html=limits.html)
    digest = digest_of(card)
    if b.message_ts is not None:
        if b.card_digest == digest:
            return _once_more(b, f, now, limits)
        return UpdateMessage(channel=b.slack_channelid, ts=b.message_ts, card=card, digest=digest)
    if Effect.MESSAGE in b.guards:
        found = _posted_before(b, b.slack_channelid, digest, f)
        if found is not None or now.waited.get(Effect.MESSAGE, 0.0) < limits.lease:
            return found
    return PostMessage(channel=b.slack_channelid, card=card, digest=digest)


def _posted_before(b: Build, channel: str, digest: str, f: Facts) -> BuildStep | None:
    """Take over the message that an earlier request posted; None if there is none.

    If there are several, the later ones are removed, one in each look.
    """
    cards = _cards(f)
    if isinstance(cards, Read):
        return cards
    settled = unguarded(b, Effect.MESSAGE)
    if len(cards) > 1:
        shown = structs.replace(settled, message_ts=cards[0])
        kept = shown if len(cards) == 2 else structs.replace(b, message_ts=None)
        return RemoveMessage(channel=channel, ts=cards[-1], build=kept, otherwise=shown)
    if cards:
        found = cleared(structs.replace(settled, message_ts=cards[0]), "slack")
        over = b.notified == NEVER
        return Become(record=structs.replace(found, card_digest=digest) if over else found)
    if b.notified == NEVER:
        return Become(record=structs.replace(settled, slack_channelid=None))
    return None


def _cards(f: Facts) -> tuple[str, ...] | Read:
    """The messages that show the deployment, oldest first, or the read of one more page.

    Each page is a read of its own, so that the lease is renewed however much was written since.
    """
    if f.cards is UNSET:
        return Read(what=What.CARDS)
    return f.cards.found if f.cards.older is None else Read(what=What.CARDS, cards=f.cards)


def _once_more(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Send the card again if the channel may show another one, and remove a second message.

    An update whose answer was lost may have landed after a later one. And a process that was
    stopped for longer than its lease may have sent an outdated card.
    """
    if b.overtaken and not left_alone(b, (Effect.MESSAGE,), now.wall, limits.give_up):
        cards = _cards(f)
        if isinstance(cards, Read):
            return cards
        others = [ts for ts in cards if ts != b.message_ts]
        seen = structs.replace(b, overtaken="", card_digest=None)
        if others:
            return RemoveMessage(
                channel=b.slack_channelid or "",
                ts=others[0],
                build=b if len(others) > 1 else seen,
                otherwise=seen,
            )
        return Become(record=seen)
    if Effect.CARD not in b.guards or now.waited.get(Effect.CARD, 0.0) < 2 * limits.lease:
        return None
    return Become(record=structs.replace(unguarded(b, Effect.CARD), card_digest=None))


def name_tickets(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Read the tickets' titles, after everything else, so that no step ever waits for them."""
    unnamed = any(not ticket.title for ticket in b.tickets)
    if b.plan is None or b.tickets_named or not unnamed or b.slack_channelid is None:
        return None
    if left_alone(b, ("asana",), now.wall, min(limits.give_up, TITLES_FOR)):
        return None
    if f.titles is UNSET:
        return Read(what=What.TITLES)
    named = structs.replace(b.plan, tickets=f.titles)
    return Become(record=structs.replace(b, plan=named, tickets_named=True))


def digest_of(card: Card) -> str:
    """Tells whether a message shows this card already."""
    return hashlib.blake2b(msgspec.json.encode(card), digest_size=12).hexdigest()
