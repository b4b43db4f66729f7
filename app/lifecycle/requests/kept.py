"""Commands that wait while a provider is silent, and orders to drop them (pure).

A provider that does not answer keeps a command waiting: its ask stays due. The project's record
names the asks that wait to create a deployment, so that people can see and drop them. `cancel`
first writes its order there: whoever is about to create a deployment reads the orders, and drops
what one means.
"""

from collections.abc import Iterable

from msgspec import structs

from app.lifecycle.requests.decision import AskEach
from app.model.ask import Ask, AskKind, Said
from app.model.configuration.environment_names import folded
from app.model.plan import Person
from app.model.project import CancelOrder, Project
from app.model.reasons.deployments import Dropped
from app.texts.replies.kept import dropped_now
from app.texts.replies.refusal import refusal

MOST = 20
"""Asks that wait, and orders, that are kept on a project's record, the newest."""

LONGEST = 200
"""Characters of an environment's name that an order keeps; no environment is longer typed."""

_DEPLOYING = ("deploy", "retry", "rollback", "promote")
"""Commands, and the beginnings of buttons' names, that create a deployment."""


def deploys(said: Said) -> bool:
    """Whether what was typed or pressed creates a deployment, so that `cancel` can drop it."""
    if said.action:
        return said.action.startswith(_DEPLOYING)
    return said.text.strip().lower().startswith(_DEPLOYING)


def with_kept(project: Project, ask: Ask) -> Project:
    """The project that names this ask among those that wait."""
    others = tuple(one for one in project.kept if one != ask.ask_id)
    return structs.replace(project, kept=(*others, ask.ask_id)[-MOST:])


def with_order(project: Project, order: CancelOrder) -> Project:
    """The project with this order, which replaces an earlier version of itself."""
    others = tuple(one for one in project.cancels if one.ask_id != order.ask_id)
    order = structs.replace(order, environment=order.environment[:LONGEST])
    return structs.replace(project, cancels=(*others, order)[-MOST:])


def order_of(project: Project, ask: Ask) -> CancelOrder | None:
    """The order that this ask gave, if it has given one already."""
    return next((one for one in project.cancels if one.ask_id == ask.ask_id), None)


def dropping(project: Project, ask: Ask, environments: Iterable[str]) -> CancelOrder | None:
    """The first order that means what this ask would create, in any of the names given."""
    names = {folded(name) for name in environments if name.strip()}
    for order in project.cancels:
        if ask.asked_at > order.at or ask.said is None:
            continue
        if folded(order.environment) in names if order.environment else own(ask, order.by):
            return order
    return None


def own(ask: Ask, person: Person) -> bool:
    """Whether this person asked."""
    return ask.said is not None and ask.said.by.slack_userid == person.slack_userid


def dropped(ask: Ask, order: CancelOrder, given: Ask | None) -> AskEach:
    """Tell both that the ask is dropped: who asked, and who ordered it (by the ask `given`).

    Somebody who dropped what they had asked for themselves is told once.
    """
    typed = ask.said.text if ask.said else ""
    knows = ask.ask_id in order.told
    if own(ask, order.by):
        answer = refusal(Dropped(by="You", typed=typed))
        return AskEach(asks=(), answer=None if knows else answer)
    answer = refusal(Dropped(by=order.by.name, typed=typed))
    if knows or given is None:
        return AskEach(asks=(), answer=answer)
    notice = Ask(
        ask_id=f"notice:dropped:{ask.ask_id}",
        kind=AskKind.NOTICE,
        asked_at=given.asked_at,
        reply_to=given.reply_to,
        answer=dropped_now([ask], order.by),
    )
    return AskEach(asks=(notice,), answer=answer)
