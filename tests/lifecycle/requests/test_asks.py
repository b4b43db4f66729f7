"""What is owed to a person or an event: decided, created, answered, each once."""

import re
from typing import Any

import pytest
from msgspec import structs
from msgspec.json import decode

from app.errors import Unavailable
from app.lifecycle.backoff import failed
from app.lifecycle.look_types import Become, Finish, Now, Read
from app.lifecycle.requests.decide import next_ask_step
from app.lifecycle.requests.decision import (
    AskEach,
    Create,
    Decision,
    Later,
    Nothing,
    Reply,
    WriteNote,
)
from app.lifecycle.requests.step_types import (
    AddAsks,
    Adopt,
    AnswerAsk,
    AskFacts,
    AskStep,
    AskWhat,
    CreateDeployment,
    NoteBuild,
)
from app.model.ask import Ask, AskKind, Said
from app.model.build import BuildState, Origin
from app.model.chat.card import Answer
from app.model.chat.reply import CommitAddress, SlackAddress
from app.model.effects import Effect, Guard
from app.model.note import Note
from tests.lifecycle import decisions as d

SAID = Said(text="deploy production")
PLACE = SlackAddress(channel_id="C1", user_id="U1", response_url="https://r")
GUARD = Guard(sent_at=d.T0, sender="me")
HELLO = Answer(text="Hello.")


def asked(**facts: Any) -> Ask:
    """A command that was acknowledged."""
    known: dict[str, Any] = {"ask_id": "a1", "kind": AskKind.COMMAND, "asked_at": d.T0}
    return Ask(**{**known, "said": SAID, "reply_to": PLACE, **facts})


def event(kind: AskKind = AskKind.GITHUB_EVENT, **facts: Any) -> Ask:
    """Something that nobody is answered for."""
    return asked(kind=kind, **{"said": None, "reply_to": None, **facts})


def step(a: Ask, *, wall: float = d.T0, waited: float | None = None, **facts: Any) -> AskStep:
    """The next step, as it stands."""
    known = {} if waited is None else {"create": waited}
    return next_ask_step(a, AskFacts(**facts), Now(wall=wall, waited=known), d.LIMITS)


def after(a: Ask, **facts: Any) -> tuple[Ask, AskStep]:
    """What the look makes of the ask, and the first step that is more than that."""
    for _ in range(9):
        found = step(a, **facts)
        if not isinstance(found, Become):
            return a, found
        a = found.record
    raise AssertionError("the ask never comes to rest")


def down(a: Ask, provider: Any, *, times: int = 1, wall: float = d.T0) -> Ask:
    """The ask after so many failures."""
    for _ in range(times):
        a = failed(a, Unavailable(provider, "HTTP 503", status=503), wall)
    return a


def silent(a: Ask, provider: Any, seconds: float) -> Ask:
    """The ask after a provider failed for so long."""
    return d.lasting(down(a, provider, wall=d.T0 - 10**6), provider, seconds)


# deciding


def test_it_is_decided_first():
    """What it asks for is read, written down where it matters, and never decided twice."""
    assert step(asked()) == Read(what=AskWhat.DECISION)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (
            Reply(answer=HELLO),
            AnswerAsk(to=PLACE, answer=HELLO, ask=asked(answered_at=d.T0)),
        ),
        (Nothing(), Finish(due_at=None)),
        (Later(seconds=2.0), Finish(due_at=d.T0 + 2.0)),
        (
            WriteNote(note=Note(repository_id=1, deployment_id=5)),
            NoteBuild(note=Note(repository_id=1, deployment_id=5), ask=asked(answered_at=d.T0)),
        ),
        (
            WriteNote(note=Note(repository_id=1, deployment_id=5), answer=HELLO),
            NoteBuild(note=Note(repository_id=1, deployment_id=5), ask=asked(answer=HELLO)),
        ),
        (Create(plan=d.PLAN), CreateDeployment(plan=d.PLAN)),
    ],
    ids=["reply", "nothing", "later", "tell", "tell and answer", "create"],
)
def test_what_is_decided_is_done(decision: Decision, expected: AskStep):
    """Each decision has its step."""
    assert after(asked(), decision=decision)[1] == expected


def test_an_event_is_answered_to_nobody():
    """It is done without a word."""
    found, done = after(event(), decision=Reply(answer=HELLO))
    assert (found.answered_at, done) == (d.T0, Finish(due_at=None))


def test_later_may_carry_something_along():
    """A sweep remembers how far it came."""
    found, due = after(event(AskKind.SWEEP), decision=Later(seconds=300.0, body={"since": 1.0}))
    assert found.body == {"since": 1.0}
    assert due == Finish(due_at=d.T0 + 300.0)


def test_an_answered_ask_is_over():
    """Whatever wakes it."""
    assert step(asked(answered_at=1.0)) == Finish(due_at=None)


# creating a deployment


def test_a_created_deployment_is_adopted():
    """Its build is recorded with all that the plan knows, judged if it is the commit judged."""
    a = asked(plan=d.PLAN, guards={Effect.CREATE: GUARD}, deployment_id=5, deployment_sha=d.SHA)
    found = step(structs.replace(a, deployment_created_at=d.T0 + 1), wall=d.T0 + 2)
    assert isinstance(found, Adopt)
    b = found.build
    assert (b.key, b.origin, b.state) == ((1, 5), Origin.OURS, BuildState.WAITING)
    assert (b.created_at, b.asked_at, b.reply_to) == (d.T0 + 1, d.T0, PLACE)
    assert (b.gates_open, b.gates_at, b.plan) == (True, d.T0 + 2, d.PLAN)
    assert decode(b.payload)["deploybot"]["request"] == "r1"
    assert found.ask.answered_at == d.T0 + 2


@pytest.mark.parametrize(
    ("plan", "sha"),
    [(d.PLAN, "9" * 40), (structs.replace(d.PLAN, judged=False), d.SHA)],
    ids=["the ref moved", "a gate was not open yet"],
)
def test_another_commit_is_judged_again(plan: Any, sha: str):
    """GitHub pinned what the ref was by then."""
    found = step(asked(plan=plan, deployment_id=5, deployment_sha=sha))
    assert isinstance(found, Adopt)
    assert (found.build.sha, found.build.gates_open) == (sha, False)


def test_an_unanswered_creation_is_looked_for_first():
    """By its request; not found, it is decided anew, but only after a lease."""
    a = asked(plan=d.PLAN, guards={Effect.CREATE: GUARD})
    assert step(a) == Read(what=AskWhat.CREATED)
    assert step(a, created=None, waited=15.0) == Finish(due_at=d.T0 + 5.0)
    assert step(a, created=None, waited=20.0) == Become(record=asked())


def test_a_found_creation_is_adopted():
    """Where the process had died, the person is told what was done."""
    a = asked(plan=d.PLAN, guards={Effect.CREATE: GUARD})
    found, adopt = after(a, created=d.deployment(id=9))
    assert (found.deployment_id, found.deployment_sha) == (9, d.SHA)
    assert isinstance(adopt, Adopt)
    told = step(adopt.ask)
    assert isinstance(told, AnswerAsk)
    assert "9" in told.answer.text
    only_slow = down(a, "github")
    late, adopt = after(only_slow, wall=d.T0 + 9, created=d.deployment(id=9))
    assert isinstance(adopt, Adopt)
    assert late.answer is None


# outages


def test_a_silent_provider_is_left_alone():
    """The ask is due when it may be asked again."""
    a = down(asked(), "github")
    assert step(a) == Finish(due_at=a.backoff["github"].retry_at)
    creating = down(asked(plan=d.PLAN, guards={Effect.CREATE: GUARD}), "github")
    assert step(creating) == Finish(due_at=creating.backoff["github"].retry_at)
    assert step(a, wall=d.T0 + 5) == Read(what=AskWhat.DECISION)


@pytest.mark.parametrize("provider", ["github", "ci"])
def test_the_person_is_told_once_that_it_takes_longer(provider: Any):
    """After the second failure, before it is known whether a deployment was created, too."""
    created = asked(plan=d.PLAN, guards={Effect.CREATE: GUARD})
    for a, seconds in ((asked(), 1500.0), (created, 86400.0)):
        waiting = down(a, provider, times=2)
        told = step(waiting)
        assert isinstance(told, AnswerAsk)
        assert told.ask == structs.replace(waiting, kept_until=d.T0 + seconds)
        assert isinstance(step(told.ask), (Finish, Read))
    assert isinstance(step(down(event(), provider, times=2)), Finish)


def test_the_person_is_told_how_long_it_is_kept():
    """Until the command is given up: not the next try."""
    told = step(down(asked(), "github", times=2))
    assert isinstance(told, AnswerAsk)
    assert stamps(told) == [d.T0 + 1500.0]
    creating = step(down(asked(plan=d.PLAN, guards={Effect.CREATE: GUARD}), "github", times=2))
    assert isinstance(creating, AnswerAsk)
    assert stamps(creating) == [d.T0 + 86400.0]


def test_the_person_is_told_of_a_rate_limit_at_once():
    """In other words than of an outage, and until when; a short one passes without a word."""
    told = step(failed(asked(), d.limited("github", 1200.0), d.T0))
    assert isinstance(told, AnswerAsk)
    assert "rate limit" in told.answer.text
    assert stamps(told) == [d.T0 + 1200.0, d.T0 + 1500.0]
    short = failed(asked(), d.limited("github", 10.0), d.T0)
    assert step(short) == Finish(due_at=short.backoff["github"].retry_at)


@pytest.mark.parametrize("provider", ["github", "ci"])
def test_a_rate_limit_that_outlasts_the_command(provider: Any):
    """It is given up at once, and not as if nobody had answered."""
    told = step(failed(asked(), d.limited(provider, 2400.0), d.T0))
    assert isinstance(told, AnswerAsk)
    assert "rate limit" in told.answer.text
    assert "gave up" in told.answer.text
    assert told.ask.answered_at == d.T0


def stamps(told: AnswerAsk) -> list[float]:
    """The times that an answer names."""
    return [float(found) for found in re.findall(r"<!date\^(\d+)\^", told.answer.text)]


def test_a_command_is_given_up_while_its_answer_can_still_be_told():
    """After 25 minutes, with what to do; a person waits no longer for it."""
    told = step(silent(asked(), "github", 1500.0))
    assert isinstance(told, AnswerAsk)
    assert "gave up" in told.answer.text
    assert told.ask.answered_at == d.T0


def test_what_may_exist_is_not_given_up():
    """While nobody knows whether it was created, it is searched for, for a day."""
    a = silent(
        asked(plan=d.PLAN, guards={Effect.CREATE: GUARD}, kept_until=d.T0 + 1500.0),
        "github",
        1500.0,
    )
    assert step(a) == Read(what=AskWhat.CREATED)
    assert isinstance(step(silent(a, "github", 86400.0)), AnswerAsk)


def test_an_event_waits_longer_and_a_sweep_for_ever():
    """Nobody sits in front of it."""
    assert step(silent(event(), "github", 1500.0)) == Read(what=AskWhat.DECISION)
    assert after(silent(event(), "github", 86400.0))[1] == Finish(due_at=None)
    sweep = silent(event(AskKind.SWEEP), "github", 86400.0)
    assert step(sweep) == Read(what=AskWhat.DECISION)


def test_slack_is_down():
    """The answer waits for Slack without being tried all the time, and for a day at most."""
    for a in (asked(answer=HELLO), silent(asked(kept_until=d.T0 + 1500.0), "github", 1500.0)):
        waiting = down(a, "slack")
        assert step(waiting) == Finish(due_at=waiting.backoff["slack"].retry_at)
    noticed = down(down(asked(), "github", times=2), "slack")
    assert isinstance(step(noticed), Finish)
    over, done = after(silent(asked(answer=HELLO), "slack", 86400.0))
    assert (over.answered_at, done) == (d.T0, Finish(due_at=None))


def test_a_refusal_of_slack_does_not_keep_the_answer_back():
    """A channel that is closed to us: the command's own answer still reaches its person."""
    a = asked(answer=HELLO)
    for _ in range(20):
        a = failed(a, d.refused("slack", "slack_archived"), d.T0 - 10**6)
    assert isinstance(step(a), AnswerAsk)


@pytest.mark.parametrize(
    ("kind", "names"), [(AskKind.COMMAND, "/cimon deploy production"), (AskKind.ACTION, "")]
)
def test_a_command_that_was_left_alone_too_long_is_not_obeyed(kind: AskKind, names: str):
    """We were down for half an hour: its person has moved on, and is told."""
    told = step(asked(kind=kind), wall=d.T0 + 1500.0)
    assert isinstance(told, AnswerAsk)
    assert names in told.answer.text
    assert step(asked(kind=kind), wall=d.T0 + 1499.0) == Read(what=AskWhat.DECISION)
    assert step(event(), wall=d.T0 + 1500.0) == Read(what=AskWhat.DECISION)
    started = asked(plan=d.PLAN)
    assert step(started, wall=d.T0 + 1500.0) == CreateDeployment(plan=d.PLAN)


def test_one_event_asks_for_several_deployments():
    """Each is an ask of its own; then the event is done."""
    asks = tuple(event(ask_id=name) for name in ("preview", "test"))
    found = step(event(), decision=AskEach(asks=asks))
    assert found == AddAsks(asks=asks, ask=event(answered_at=d.T0))


def test_what_an_event_is_refused_waits_for_github_alone():
    """It stands on the commit, so that Slack's silence does not hold it back."""
    place = CommitAddress(repository=d.PROJECT.ref, sha=d.SHA)
    refused = event(reply_to=place, answer=HELLO)
    for provider, waits in (("slack", False), ("github", True)):
        found = step(down(refused, provider))
        assert isinstance(found, Finish if waits else AnswerAsk)
