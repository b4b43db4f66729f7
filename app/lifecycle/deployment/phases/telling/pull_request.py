"""Our comments on a pull request: each is brought up to date in place."""

import re
from urllib.parse import quote

from msgspec import Struct, structs

from app.lifecycle.backoff import left_alone
from app.lifecycle.deployment.phases.telling.live_message import digest_of
from app.lifecycle.deployment.phases.telling.news import NEVER
from app.lifecycle.deployment.step_types import BuildStep, Facts, ShowComment
from app.lifecycle.look_types import Limits, Now
from app.lifecycle.planning.origins import payload_of
from app.model.build import Build, BuildState, Origin
from app.model.chat.card import Card
from app.model.configuration.environment_names import folded
from app.model.effects import Effect
from app.model.github.commit import PullComment
from app.texts.cards.card import card_of
from app.texts.cards.lines import link_meanwhile
from app.texts.github_markdown import markdown

_ASKED = re.compile(r"comment:([0-9]{1,18}):[0-9]{1,18}")
"""The request of a deployment that a comment asked for, with the pull request and the comment."""


class _Target(Struct, frozen=True, kw_only=True):
    """A comment of ours that shows the deployment; `alone`: it shows no other deployment."""

    number: int
    key: str
    alone: bool


def comment(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Update our comments, once for each change that is worth a call."""
    begun = b.waits_for or b.state not in (BuildState.WAITING, BuildState.TRIGGERING)
    if not begun or (b.notified == NEVER and b.closed is None):
        return None
    targets = _targets(b)
    if not targets or left_alone(b, ("github", Effect.COMMENT), now.wall, limits.give_up):
        return None
    if Effect.COMMENT in b.guards and now.waited.get(Effect.COMMENT, 0.0) < limits.lease:
        return None
    card = card_of(b, html=limits.html)
    digest = _digest(b, card)
    for target in targets:
        known = b.comments.get(target.key)
        if known is not None and (known.digest == digest or known.id is None):
            continue
        return ShowComment(comment=_shown_in(b, target, card), digest=digest)
    return None


def _targets(b: Build) -> tuple[_Target, ...]:
    """Where the deployment is shown, as its payload tells, which outlives our store."""
    payload = payload_of(b) if b.origin is Origin.OURS else None
    if payload is None:
        return ()
    targets = []
    asked = _ASKED.fullmatch(payload.request)
    if asked is not None:
        targets.append(_Target(number=int(asked[1]), key=asked[0], alone=True))
    if payload.shown_on is not None:
        key = f"environment:{quote(folded(b.environment), safe='')}"
        targets.append(_Target(number=payload.shown_on, key=key, alone=False))
    return tuple(targets)


def _shown_in(b: Build, target: _Target, card: Card) -> PullComment:
    """The comment; one that many deployments write shows the newest of them."""
    known = b.comments.get(target.key)
    if not target.alone:
        body = markdown((*card.lines, *link_meanwhile(b)))
        return PullComment(
            number=target.number,
            key=target.key,
            body=body,
            order=b.deployment_id,
            last=b.closed is not None,
        )
    return PullComment(
        number=target.number,
        key=target.key,
        body=markdown(card.lines),
        since=b.created_at or 0.0,
        order=b.deployment_id,
        comment_id=known.id if known is not None else None,
        searched=Effect.COMMENT in b.guards,
    )


def _digest(b: Build, card: Card) -> str:
    """Tells whether a comment shows this: while it waits or runs, no detail is worth a call.

    Every check and every job changes the card, and calls that write are scarce on GitHub.
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if b.state.ended:
        return digest_of(structs.replace(card, state="", text="", color="", buttons=()))
    waits = sorted({type(reason).__name__ for reason in b.waits_for})
    return ":".join((b.state.value, str(b.reruns), *waits))
