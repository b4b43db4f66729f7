"""Commands that wait for a silent provider, and the orders of `cancel` to drop them (pure).

The project's record lists the asks that wait to create a deployment, so that people can see and
cancel them. `cancel` first writes its order there, too. Every ask reads the orders before it
creates its deployment, and is dropped if one of them applies to it.
"""

from collections.abc import Iterable

from msgspec import structs

from app.lifecycle.requests.decision import AskEach
from app.model.ask import Ask, AskKind, Said
from app.model.configuration.environment_names import folded
from app.model.plan import Person
from app.model.project import CancelOrder, Project
from app.model.reasons.deployments import Dropped
from app.model.triggers import DEPLOYING
from app.texts.replies.deployments.kept import dropped_now
from app.texts.replies.refusals import refusal

MOST = 20
"""How many waiting asks, and how many orders, a project's record keeps: the newest."""

LONGEST = 200
"""Characters that an order keeps of an environment's name; nobody types a longer one."""


def deploys(said: Said) -> bool:
    """Whether what was typed or pressed creates a deployment, so that `cancel` can drop it.

    The names of a command's buttons begin with its own.
    """
    return (said.action or said.text.strip().lower()).startswith(DEPLOYING)


def with_kept(project: Project, ask: Ask) -> Project:
    """The project with this ask as the newest of those that wait."""
    others = tuple(one for one in project.kept if one != ask.ask_id)
    return structs.replace(project, kept=(*others, ask.ask_id)[-MOST:])


def with_order(project: Project, order: CancelOrder) -> Project:
    """The project with this order; an earlier one of the same `cancel` is replaced."""
    others = tuple(one for one in project.cancels if one.ask_id != order.ask_id)
    order = structs.replace(order, environment=order.environment[:LONGEST])
    return structs.replace(project, cancels=(*others, order)[-MOST:])


def order_of(project: Project, ask: Ask) -> CancelOrder | None:
    """The order that this `cancel` has given already, if it has."""
    return next((one for one in project.cancels if one.ask_id == ask.ask_id), None)


def dropping(project: Project, ask: Ask, environments: Iterable[str]) -> CancelOrder | None:
    """The first order that applies to this ask, which would deploy to one of `environments`."""
    names = {folded(name) for name in environments if name.strip()}
    for order in project.cancels:
        if ask.asked_at > order.at or ask.said is None:
            continue
        if folded(order.environment) in names if order.environment else asked_by(ask, order.by):
            return order
    return None


def asked_by(ask: Ask, person: Person) -> bool:
    """Whether it was this person who asked."""
    return ask.said is not None and ask.said.by.slack_userid == person.slack_userid


def dropped(ask: Ask, order: CancelOrder, given: Ask | None) -> AskEach:
    """Tell the person who asked, and the one who canceled, that the ask is dropped.

    `given` is the ask of the `cancel`. Somebody who cancels their own command is told once.
    """
    typed = ask.said.text if ask.said else ""
    knows = ask.ask_id in order.told
    if asked_by(ask, order.by):
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
