"""What was refused for a red check: its commit is watched, and it is decided again."""

from msgspec import structs

from app.lifecycle.look_types import Finish, Read
from app.lifecycle.requests.decision import Create, Reply
from app.lifecycle.requests.step_types import AnswerAsk, AskWhat, CreateDeployment
from app.model.ask import Ask, AskKind
from app.model.chat.reply import CommitAddress
from tests.lifecycle import decisions as d
from tests.lifecycle.requests.test_asks import HELLO, after, event, step

SHA = "f" * 40
REFUSED = Reply(answer=HELLO, until_checks=SHA)


def refused() -> Ask:
    """A trigger that was refused, and said so."""
    to = CommitAddress(repository=d.PLAN.repository, sha=SHA)
    told = step(event(AskKind.TRIGGER, reply_to=to, repository_id=1, events=2), decision=REFUSED)
    assert isinstance(told, AnswerAsk)
    return told.ask


def test_it_waits_for_an_event():
    """As long as any check is waited for, then it is over."""
    told = refused()
    assert (told.waiting_sha, told.answered_at) == (SHA, None)
    assert step(told) == Finish(due_at=d.T0 + d.LIMITS.watch)
    tired = structs.replace(told, tally=structs.replace(told.tally, total=d.LIMITS.give_up))
    over, done = after(tired)
    assert (over.answered_at, over.waiting_sha, done) == (d.T0, None, Finish(due_at=None))


def test_it_is_decided_once_more_unasked():
    """A change that came before it was known to watch has told nobody."""
    told = refused()
    later = structs.replace(told, tally=structs.replace(told.tally, total=d.LIMITS.watch))
    assert step(later) == Read(what=AskWhat.DECISION)
    same, due = after(later, decision=REFUSED)
    assert due == Finish(due_at=d.T0 + d.LIMITS.give_up - d.LIMITS.watch)
    assert same.watch is not None
    assert same.watch.sure


def test_it_is_decided_again_by_an_event():
    """What is refused in the same words is not said again; what goes on says so."""
    woken = structs.replace(refused(), events=3)
    assert step(woken) == Read(what=AskWhat.DECISION)
    same, due = after(woken, decision=REFUSED)
    assert due == Finish(due_at=d.T0 + d.LIMITS.give_up)
    assert same.watch is not None
    assert same.watch.events == 3
    going, made = after(woken, decision=Create(plan=d.PLAN))
    assert (going.waiting_sha, made) == (None, CreateDeployment(plan=d.PLAN))
    assert going.answer is not None
