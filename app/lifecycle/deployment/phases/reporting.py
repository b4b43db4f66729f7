"""Telling what a build has come to: GitHub first, then the channel, then the tickets."""

import hashlib
from collections.abc import Mapping

import msgspec
from msgspec import UNSET, structs

from app.lifecycle.backoff import cleared, given_up, waits
from app.lifecycle.deployment.answering import ANSWERABLE
from app.lifecycle.deployment.phases.transitions import unshown
from app.lifecycle.deployment.statuses import status_of
from app.lifecycle.deployment.step_types import (
    BuildStep,
    Facts,
    Notify,
    PostMessage,
    PostStatus,
    RemoveMessage,
    TellRequester,
    UpdateMessage,
    What,
)
from app.lifecycle.intents import unguarded
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.model.build import Build, BuildState, PostedStatus
from app.model.card import Card
from app.model.effects import Effect
from app.model.plan import Person
from app.model.project import User
from app.model.reasons.ours import in_channel
from app.model.reply import SlackAddress
from app.texts.cards.card import card_of
from app.texts.cards.outcomes import aside_reply, doubled_reply, is_bad_news, outcome_reply
from app.texts.replies.refusal import refusal

WHOLE_SECOND = 1.0
"""GitHub's times are whole seconds."""

TITLES_FOR = 3600.0
"""Seconds of pauses after which a ticket's title is not asked for any more."""

NEVER = "-"
"""What `notified` is where nothing is to be told: it ended before our store was lost."""


def report(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """The status on GitHub, once for each change that it shows."""
    if b.state is BuildState.EXTERNAL or b.notified == NEVER or waits(b, "github", now.wall):
        return None
    wanted = status_of(b)
    if wanted is None or given_up(b, "github", limits.give_up):
        return None
    wanted = _not_twice(b, wanted, now)
    told = b.status is not None and structs.replace(b.status, at=0.0) == wanted
    landed = Effect.STATUS in b.guards and now.waited.get(Effect.STATUS, 0.0) >= 2 * limits.lease
    if told and not _overtaken(b) and not landed:
        return None
    if told or b.status_unsure:
        if f.last_status is UNSET:
            return Read(what=What.LAST_STATUS)
        last = f.last_status
        if last and (last.state, last.description) == (wanted.state, wanted.description):
            known = unguarded(b, Effect.STATUS) if landed else b
            return Become(build=_posted(known, structs.replace(wanted, at=last.created_at)))
    return PostStatus(status=wanted)


def _not_twice(b: Build, wanted: PostedStatus, now: Now) -> PostedStatus:
    """What is on GitHub, where only a problem of the channel's would be added to an outcome.

    The person who asked is told that by the command's answer, while Slack takes one.
    """
    heard = (
        isinstance(b.reply_to, SlackAddress)
        and now.wall - (b.asked_at or b.created_at or 0.0) < ANSWERABLE
    )
    if not b.state.ended or b.status is None or not heard:
        return wanted
    plainly = status_of(structs.replace(b, channel_problem=None))
    return plainly if plainly and structs.replace(b.status, at=0.0) == plainly else wanted


def _overtaken(b: Build) -> bool:
    """Whether GitHub told of another status than ours that is younger: one of ours landed late."""
    if b.status is None or b.status_seen_at is None or b.status_seen in ("", b.status.state):
        return False
    return b.status_seen_at >= b.status.at - WHOLE_SECOND


def _posted(b: Build, status: PostedStatus) -> Build:
    posted = structs.replace(b, status=status, status_unsure=False, status_seen="")
    return cleared(posted, "github")


def show(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """The live message: one for each deployment, brought up to date in place."""
    if b.slack_channelid is None or waits(b, "slack", now.wall):
        return None
    if given_up(b, "slack", limits.give_up):
        return None
    card = card_of(b, html=limits.html)
    digest = digest_of(card)
    if b.message_ts is not None:
        if b.card_digest == digest:
            return _once_more(b, f, now, limits)
        return UpdateMessage(channel=b.slack_channelid, ts=b.message_ts, card=card, digest=digest)
    if Effect.MESSAGE in b.guards:
        cards = _cards(f)
        if isinstance(cards, Read):
            return cards
        if len(cards) > 1:
            last = len(cards) == 2
            kept = unguarded(b, Effect.MESSAGE) if last else b
            kept = structs.replace(kept, message_ts=cards[0] if last else None)
            return RemoveMessage(channel=b.slack_channelid, ts=cards[-1], build=kept)
        if cards:
            shown = structs.replace(b, message_ts=cards[0])
            found = cleared(unguarded(shown, Effect.MESSAGE), "slack")
            over = b.notified == NEVER
            return Become(build=structs.replace(found, card_digest=digest) if over else found)
        if b.notified == NEVER:
            return Become(build=structs.replace(unguarded(b, Effect.MESSAGE), slack_channelid=None))
        if now.waited.get(Effect.MESSAGE, 0.0) < limits.lease:
            return None
    return PostMessage(channel=b.slack_channelid, card=card, digest=digest)


def _cards(f: Facts) -> tuple[str, ...] | Read:
    """The messages that show the deployment, oldest first, or the read of one more page.

    A page is a read of its own, so that the lease is kept however much was said since.
    """
    if f.cards is UNSET:
        return Read(what=What.CARDS)
    return f.cards.found if f.cards.older is None else Read(what=What.CARDS, cards=f.cards)


def _once_more(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """A card that may not be what the channel shows, is sent again; a second one is removed.

    An update without an answer may have landed after the newest one; and a process that was
    stopped for longer than its lease may have sent what it had in hand.
    """
    if b.overtaken != b.overtaken_seen:
        cards = _cards(f)
        if isinstance(cards, Read):
            return cards
        others = [ts for ts in cards if ts != b.message_ts]
        if len(others) > 1:
            return RemoveMessage(channel=b.slack_channelid or "", ts=others[0], build=b)
        seen = structs.replace(b, overtaken_seen=b.overtaken, card_digest=None)
        if others:
            return RemoveMessage(channel=b.slack_channelid or "", ts=others[0], build=seen)
        return Become(build=seen)
    if Effect.CARD not in b.guards or now.waited.get(Effect.CARD, 0.0) < 2 * limits.lease:
        return None
    return Become(build=structs.replace(unguarded(b, Effect.CARD), card_digest=None))


def notify(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """News, once: one reply in the thread that mentions the people concerned."""
    news = outcome_of(b)
    if not news or b.slack_channelid is None or b.message_ts is None:
        return None
    if waits(b, "slack", now.wall) or given_up(b, "slack", limits.give_up):
        return None
    if b.notified in (NEVER, news):
        return None
    if Effect.NOTIFY in b.guards:
        if f.replied is UNSET:
            return Read(what=What.REPLIED)
        if f.replied is None:
            return Become(build=unshown(b))
        if f.replied:
            told = structs.replace(unguarded(b, Effect.NOTIFY), notified=news)
            return Become(build=cleared(told, "slack"))
        if now.waited.get(Effect.NOTIFY, 0.0) < limits.lease:
            return None
    if concerned(b) and f.links is UNSET:
        return Read(what=What.LINKS)
    if f.links is not UNSET and (known := _linked(b, f.links)) != b:
        return Become(build=known)
    return Notify(
        channel=b.slack_channelid,
        ts=b.message_ts,
        text=_told(b),
        outcome=news,
        broadcast=not b.state.ended or is_bad_news(b) or bool(b.doubled),
    )


def concerned(b: Build) -> tuple[int, ...]:
    """GitHub's ids of those who are told: their links may have changed since it was planned."""
    people = (b.requester, b.committer)
    return tuple(person.github_id for person in people if person and person.github_id is not None)


def _linked(b: Build, links: Mapping[int, User]) -> Build:
    if b.plan is None:
        return b
    linked = structs.replace(
        b.plan,
        requester=_with_link(b.plan.requester, links),
        committer=_with_link(b.plan.committer, links),
    )
    return structs.replace(b, plan=linked)


def _with_link(person: Person | None, links: Mapping[int, User]) -> Person | None:
    if person is None or person.github_id is None:
        return person
    user = links.get(person.github_id)
    return structs.replace(person, slack_userid=user.slack_userid if user else None)


def _told(b: Build) -> str:
    people = [person for person in (b.requester, b.committer) if person is not None]
    if not b.state.ended:
        return aside_reply(b)
    if b.notified == _plainly(b):
        return doubled_reply(b)
    return outcome_reply(b, people)


def tell_requester(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Where the channel is closed to us, the command's own answer says so, once."""
    if b.channel_problem is None or b.told_problem or not isinstance(b.reply_to, SlackAddress):
        return None
    pause = b.backoff.get("slack")
    if pause is not None and not pause.refused and waits(b, "slack", now.wall):
        return None
    problem = in_channel(
        b.channel_problem, deployment_id=b.deployment_id, environment=b.environment
    )
    told = structs.replace(b, told_problem=problem.name)
    return TellRequester(to=b.reply_to, answer=refusal(problem), build=told)


def name_tickets(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """The names of tickets, after everything else: they never hold a step."""
    unnamed = any(not ticket.title for ticket in b.tickets)
    if b.plan is None or b.tickets_named or not unnamed or b.slack_channelid is None:
        return None
    if waits(b, "asana", now.wall) or given_up(b, "asana", min(limits.give_up, TITLES_FOR)):
        return None
    if f.titles is UNSET:
        return Read(what=What.TITLES)
    named = structs.replace(b.plan, tickets=f.titles)
    return Become(build=structs.replace(b, plan=named, tickets_named=True))


def outcome_of(b: Build) -> str:
    """What is news and told once; empty: nothing is.

    An outcome: a rerun's is another one, and so is a second pipeline. Before it: that it runs
    beside another deployment.
    """
    if b.state in (BuildState.EXTERNAL, BuildState.INACTIVE):
        return ""
    if b.state.ended:
        return f"{_plainly(b)}:doubled" if b.doubled else _plainly(b)
    return f"{b.deployment_id}:beside:{b.reruns}" if b.beside is not None else ""


def _plainly(b: Build) -> str:
    return f"{b.deployment_id}:{b.state}:{b.reruns}"


def digest_of(card: Card) -> str:
    """Tells whether a message shows this card already."""
    return hashlib.blake2b(msgspec.json.encode(card), digest_size=12).hexdigest()
