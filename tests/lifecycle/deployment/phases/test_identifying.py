"""What a deployment is taken for when it is first looked at, and how others' are followed."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.github_facts import status_shown, with_facts
from app.lifecycle.deployment.phases.telling.news import NEVER
from app.lifecycle.deployment.step_types import TriggerPipeline, UpdateMessage, What
from app.lifecycle.look_types import Finish, Read
from app.lifecycle.planning.gates.question import Verdict
from app.lifecycle.planning.plan_rules import Judgement
from app.model.ask import Ask, AskKind
from app.model.build import Build, BuildState, Origin
from app.model.build_parts import PostedStatus
from app.model.chat.reply import SlackAddress
from app.model.effects import Effect, Guard
from app.model.github.live import Comparison, Live
from app.model.plan import Person, RepositoryRef
from app.model.slot import Place
from app.texts.cards.lines import live_url, log_url
from tests.lifecycle import decisions as d

PAYLOAD = '{"deploybot":{"request":"r1","trigger":"command","requester":"Dana","channel":"C9"}}'


def unknown(**facts: Any) -> Build:
    """What a webhook leaves behind of a person's deployment."""
    known: dict[str, Any] = {
        "origin": None,
        "creator": "octocat",
        "creator_type": "User",
        "trigger": "",
        "plan": None,
        "gates_open": False,
        "slack_channelid": None,
    }
    return d.build(**{**known, **facts})


def ours(**facts: Any) -> Build:
    """What a webhook leaves behind of a deployment of our own."""
    return unknown(creator=d.BOT, creator_type="Bot", payload=PAYLOAD, **facts)


def taken_for(b: Build, **facts: Any) -> tuple[str, Origin | None, str | None]:
    """State, origin and channel once it is known what it is."""
    read = {"project": d.PROJECT, "identity": d.IDENTITY, "ask": None, "last_status": None}
    read |= facts
    found, _ = d.after(b, **read)
    return found.state.value, found.origin, found.slack_channelid


def test_it_reads_one_thing_after_the_other():
    """The binding first: for an unbound repository no provider is asked anything."""
    b = unknown()
    read = [d.step(b)]
    read.append(d.step(b, project=d.PROJECT))
    read.append(d.step(b, project=d.PROJECT, identity=d.IDENTITY))
    assert read == [Read(what=what) for what in (What.PROJECT, What.IDENTITY, What.LAST_STATUS)]
    b = structs.replace(b, slack_channelid="C1")
    assert d.after(b, project=None) == (
        structs.replace(b, slack_channelid=None, origin=Origin.FOREIGN, state=BuildState.EXTERNAL),
        Finish(due_at=None),
    )


def test_facts_that_no_event_brought_are_read():
    """A record that only a status event or a sweep made lacks them."""
    bare = Build(repository_id=1, deployment_id=5, repository="acme/shop")
    assert d.step(bare, project=d.PROJECT) == Read(what=What.DEPLOYMENT)
    found, _ = d.after(bare, project=d.PROJECT, deployment=d.deployment(creator="octocat"))
    assert (found.sha, found.ref, found.creator) == (d.SHA, "main", "octocat")
    every: dict[str, Any] = {
        "sha": d.SHA,
        "ref": "v1",
        "environment": "qa",
        "task": "deploy:migrations",
        "created_at": d.T0 - 7,
        "creator": "vercel[bot]",
        "creator_id": 9,
        "creator_type": "Bot",
        "app_slug": "vercel",
        "payload": PAYLOAD,
        "transient": True,
        "production": True,
    }
    assert with_facts(bare, d.deployment(**every)) == structs.replace(bare, **every)
    gone, step = d.after(bare, project=d.PROJECT, deployment=None)
    assert gone.state is BuildState.EXTERNAL
    assert step == Finish(due_at=None)


FOREIGN = {"creator_type": "Bot", "creator": "vercel[bot]"}
NAMED = Judgement(verdict=Verdict(), plan=d.PLAN, run_by=("vercel",))


@pytest.mark.parametrize(
    ("b", "facts", "expected"),
    [
        (unknown(), {}, ("waiting", Origin.PERSON, "C1")),
        (unknown(**FOREIGN), {"judgement": d.OPEN}, ("external", Origin.FOREIGN, "C1")),
        (unknown(**FOREIGN), {"judgement": NAMED}, ("waiting", Origin.FOREIGN, "C1")),
        (
            unknown(app_slug="github-actions"),
            {"judgement": d.OPEN},
            ("external", Origin.FOREIGN, "C1"),
        ),
        (unknown(workflow_run=True), {"judgement": d.OPEN}, ("external", Origin.FOREIGN, "C1")),
        (
            unknown(),
            {"last_status": d.status("queued", creator="somebody"), "judgement": d.OPEN},
            ("external", Origin.FOREIGN, "C1"),
        ),
        (unknown(created_at=d.T0 - 3601), {}, ("external", Origin.FOREIGN, None)),
        (unknown(created_at=d.T0 - 3599), {}, ("waiting", Origin.PERSON, "C1")),
        (unknown(), {"project": None}, ("external", Origin.FOREIGN, None)),
        (ours(), {}, ("waiting", Origin.OURS, "C9")),
        (ours(app_slug="deploybot"), {}, ("waiting", Origin.OURS, "C9")),
        (ours(created_at=d.T0 - 90000), {}, ("external", Origin.FOREIGN, None)),
        (
            ours(created_at=d.T0 - 90000),
            {"last_status": d.status("pending")},
            ("waiting", Origin.OURS, "C9"),
        ),
        (
            ours(created_at=d.T0 - 90000),
            {"last_status": d.status("in_progress")},
            ("external", Origin.FOREIGN, None),
        ),
    ],
    ids=[
        "a person's",
        "a bot's",
        "a bot's that the configuration runs",
        "a job of GitHub Actions'",
        "a workflow run's",
        "one that somebody else reported on",
        "a person's that is too old",
        "a person's that is old",
        "of an unbound repository",
        "ours",
        "ours by its app",
        "ours that is too old",
        "ours that waits for a person, of any age",
        "ours that ran when the store was lost, long ago",
    ],
)
def test_what_it_is_taken_for(b: Build, facts: dict, expected: tuple):
    """Ours and a person's are run, others' are shown, old ones are left alone."""
    assert taken_for(b, **facts) == expected


@pytest.mark.parametrize(("bound_at", "state"), [(d.T0 + 0.9, "waiting"), (d.T0 + 1.0, "external")])
def test_a_deployment_of_the_second_in_which_the_channel_was_bound_is_run(bound_at, state):
    """GitHub's times are whole seconds: what was created right after the binding counts."""
    project = structs.replace(d.PROJECT, bound_at=bound_at)
    assert taken_for(unknown(), project=project)[0] == state


@pytest.mark.parametrize(("bound_after", "state"), [(-10.0, "waiting"), (10.0, "external")])
def test_a_deployment_from_before_the_binding_is_left_alone(bound_after, state):
    """However long after both it is looked at."""
    project = structs.replace(d.PROJECT, bound_at=d.T0 + bound_after)
    assert taken_for(unknown(), project=project, wall=d.T0 + 100)[0] == state


@pytest.mark.parametrize(
    ("heard_after", "looked_after", "state"),
    [
        (3599.0, 7200.0, "waiting"),
        (3601.0, 3601.0, "external"),
        (1.0, 86399.0, "waiting"),
        (1.0, 86401.0, "external"),
    ],
    ids=["in time", "heard of late", "within a day", "after a day"],
)
def test_what_was_accepted_outlasts_an_outage(heard_after, looked_after, state):
    """Its age counts when its webhook came, not when GitHub could be asked at last."""
    b = unknown(created_at=d.T0, webhook_at=d.T0 + heard_after)
    assert taken_for(b, wall=d.T0 + looked_after)[0] == state


@pytest.mark.parametrize("wrong", [-7200.0, 7200.0, -90_000.0, 90_000.0])
@pytest.mark.parametrize(
    ("age", "heard", "state"), [(3.0, 2.0, "waiting"), (3603.0, 2.0, "external")]
)
def test_its_age_is_told_by_githubs_clock(wrong, age, heard, state):
    """Ours may be hours wrong: it tells only how long ago its webhook came."""
    b = unknown(created_at=d.T0 - age, webhook_at=d.T0 + wrong - heard)
    project = structs.replace(d.PROJECT, bound_at=0.0)
    assert taken_for(b, wall=d.T0 + wrong, github_clock=d.T0, project=project)[0] == state


@pytest.mark.parametrize("wrong", [-90_000.0, 90_000.0])
def test_ours_is_not_old_for_a_clock_that_is_wrong(wrong):
    """After a loss of the store it is run all the same."""
    assert taken_for(ours(), wall=d.T0 + wrong, github_clock=d.T0)[0] == "waiting"


@pytest.mark.parametrize(
    ("ahead", "webhook_at", "state"),
    [
        (30.0, 31.0, "waiting"),
        (30.0, 29.0, "external"),
        (30.0, None, "external"),
        (61.0, 62.0, "external"),
    ],
    ids=["heard of afterwards", "heard of before", "never heard of", "old when heard of"],
)
def test_a_clock_that_is_ahead_does_not_hide_what_came_after_the_binding(ahead, webhook_at, state):
    """The webhook's time is of the same clock as the binding's; GitHub's is another."""
    project = structs.replace(d.PROJECT, bound_at=d.T0 + ahead)
    heard_at = None if webhook_at is None else d.T0 + webhook_at
    assert taken_for(unknown(webhook_at=heard_at), project=project)[0] == state


ASK = Ask(
    ask_id="r1",
    kind=AskKind.COMMAND,
    asked_at=d.T0 - 3,
    reply_to=SlackAddress(channel_id="C1", user_id="U1", response_url="https://r"),
    plan=d.PLAN,
    guards={Effect.CREATE: Guard(sent_at=d.T0, sender="another")},
)
KNOWN = {"project": d.PROJECT, "identity": d.IDENTITY}


@pytest.mark.parametrize("deployment_id", [None, 5])
def test_while_its_ask_is_open_it_is_new(deployment_id: int | None):
    """Nothing was sent for it: no search, no wait, and all that the ask knows is kept."""
    assert d.step(ours(webhook_at=d.T0), **KNOWN) == Read(what=What.ASK)
    ask = structs.replace(ASK, deployment_id=deployment_id)
    found, step = d.after(ours(webhook_at=d.T0), **KNOWN, ask=ask, slot=d.EMPTY)
    assert isinstance(step, TriggerPipeline)
    assert (found.guards.get(Effect.TRIGGER), found.guards.get(Effect.MESSAGE)) == (None, None)
    assert (found.origin, found.plan) == (Origin.OURS, d.PLAN)
    assert (found.asked_at, found.reply_to) == (
        d.T0 - 3,
        SlackAddress(channel_id="C1", user_id="U1", response_url="https://r"),
    )


@pytest.mark.parametrize(
    ("sha", "judged"), [(d.SHA, False), ("9" * 40, True)], ids=["a gate was closed", "a moved ref"]
)
def test_what_was_not_judged_yet_is(sha: str, judged: bool):
    """The gates are asked about the commit that GitHub pinned."""
    ask = structs.replace(ASK, plan=structs.replace(d.PLAN, judged=judged))
    _, step = d.after(ours(webhook_at=d.T0, sha=sha), **KNOWN, ask=ask)
    assert step == Read(what=What.JUDGEMENT)


@pytest.mark.parametrize(
    "ask",
    [
        None,
        structs.replace(ASK, answered_at=d.T0),
        structs.replace(ASK, plan=None),
        structs.replace(ASK, deployment_id=6),
        structs.replace(
            ASK, plan=structs.replace(d.PLAN, repository=RepositoryRef(id=9, full_name="a/b"))
        ),
    ],
    ids=["none", "answered", "without a plan", "of another deployment", "of another repository"],
)
def test_what_no_open_ask_speaks_for_is_lost_unless_it_was_just_written(ask: Ask | None):
    """The look may have begun before the record was written; not long before."""
    b = ours(webhook_at=d.T0)
    for wall in (d.T0, d.T0 + 1.9):
        assert d.step(b, wall=wall, **KNOWN, ask=ask) == Finish(due_at=d.T0 + 2.0)
    assert d.step(b, wall=d.T0 + 2.0, **KNOWN, ask=ask) == Read(what=What.LAST_STATUS)
    assert d.step(b, wall=d.T0 - 9, **KNOWN, ask=ask) == Read(what=What.LAST_STATUS)


def test_a_lost_store_comes_back_from_the_payload():
    """Its pipeline and message may exist, so both are searched for before anything is sent."""
    found, step = d.after(ours(), **KNOWN, ask=None, last_status=None)
    assert (found.trigger, found.requester.name) == ("command", "Dana")
    assert Effect.TRIGGER in found.guards
    assert found.guards[Effect.TRIGGER].ambiguous
    assert Effect.MESSAGE in found.guards
    assert step == Read(what=What.JUDGEMENT)


@pytest.mark.parametrize(
    ("payload", "trigger", "asker", "channel"),
    [
        (
            """{"deploybot": {"request": "r1", "trigger": "comment", "channel": "C9",
                "requester": "Dana", "user": "U1", "login": "octocat"}}""",
            "comment",
            Person(name="Dana", slack_userid="U1", login="octocat"),
            "C9",
        ),
        ("{}", "", Person(name=d.BOT, login=d.BOT), "C1"),
    ],
    ids=["ours", "one that cannot be read"],
)
def test_what_a_payload_tells(payload: str, trigger: str, asker: Person, channel: str):
    """A comment may have been written for it, too; else the channel that is bound shows it."""
    b = unknown(creator=d.BOT, creator_type="Bot", payload=payload)
    found, _ = d.after(b, **KNOWN, ask=None, last_status=None)
    assert (found.trigger, found.asker, found.slack_channelid) == (trigger, asker, channel)
    assert (Effect.COMMENT in found.guards) is (trigger == "comment")
    assert {guard.sent_at for guard in found.guards.values()} == {d.T0}


def test_who_created_it_is_who_asked():
    """On GitHub, for a pipeline of ours; nothing was sent for it yet."""
    found, _ = d.after(unknown(), **KNOWN, last_status=None)
    assert (found.trigger, found.asker) == ("api", Person(name="octocat", login="octocat"))
    assert found.guards == {}


@pytest.mark.parametrize(("webhook_at", "searched"), [(None, True), (d.T0, False)])
def test_what_others_run_is_shown_with_its_commit(webhook_at: float | None, searched: bool):
    """Without what is true of our own alone; its card may be there where no event told of it."""
    live = Live(deployment_id=3, sha=d.SHA, ref="main", since=d.T0)
    ours = structs.replace(
        d.PLAN,
        requester=d.DANA,
        deploy_url="https://shop",
        live=live,
        compared=Comparison(behind=1),
    )
    judgement = Judgement(verdict=Verdict(), plan=ours)
    b = unknown(**FOREIGN, webhook_at=webhook_at)
    found, _ = d.after(b, **KNOWN, last_status=None, judgement=judgement, cards=())
    assert found.plan == structs.replace(d.PLAN, requester=Person(name="Dana"))
    by_app = structs.replace(b, app_slug="vercel")
    found, _ = d.after(by_app, **KNOWN, last_status=None, judgement=judgement, cards=())
    assert found.plan == structs.replace(d.PLAN, requester=None)
    first, _ = d.after(b, **KNOWN, last_status=None, judgement=judgement)
    assert (Effect.MESSAGE in first.guards) is searched


def test_one_that_ended_before_the_store_was_lost_is_only_remembered():
    """Nothing runs, and nobody is told again."""
    last = d.status("success", log_url="https://ci/1", environment_url="https://shop")
    found, step = d.after(ours(), **KNOWN, ask=None, last_status=last, cards=(), slot=d.EMPTY)
    told = step.build if isinstance(step, Finish) else None
    assert told is not None
    found, step = d.after(told, cards=())
    assert (found.state, found.notified) == (BuildState.SUCCEEDED, NEVER)
    assert (found.ended_at, found.pipeline_ended) == (d.T0, True)
    assert (log_url(found), live_url(found)) == ("https://ci/1", "https://shop")
    assert step == Finish(due_at=None)


@pytest.mark.parametrize(("state", "becomes"), [("in_progress", "waiting"), ("failure", "failed")])
def test_a_persons_deployment_that_we_ran_before_the_store_was_lost(state: str, becomes: str):
    """Its last status is ours: it goes on, however old it is."""
    b = unknown(created_at=d.T0 - 90000)
    read = {"project": d.PROJECT, "identity": d.IDENTITY}
    found, _ = d.after(b, **read, last_status=d.status(state), cards=())
    assert (found.state.value, found.origin) == (becomes, Origin.PERSON)
    assert (Effect.TRIGGER in found.guards) is (becomes == "waiting")
    assert found.status is not None
    assert found.status.state == state


@pytest.mark.parametrize("provider", ["github", "ci"])
def test_a_provider_that_fails_is_left_alone(provider: Any):
    """It is looked at again when the provider may be asked; one day later it is let go."""
    b = d.down(unknown(), provider)
    retry_at = b.backoff[provider].retry_at
    assert d.step(b, project=d.PROJECT) == Finish(due_at=retry_at)
    assert d.step(b, wall=retry_at, project=d.PROJECT) == Read(what=What.IDENTITY)
    given_up, step = d.after(d.lost(unknown(), provider), project=d.PROJECT)
    assert given_up.state is BuildState.EXTERNAL
    assert isinstance(step, Finish)


# following what others run


def external(**facts: Any) -> Build:
    """A deployment that Vercel runs, shown in the channel."""
    known = {"origin": Origin.FOREIGN, "state": BuildState.EXTERNAL, "trigger": ""}
    b = unknown(**{**known, **FOREIGN, "slack_channelid": "C1", "message_ts": "1.1", **facts})
    return structs.replace(b, card_digest=d.digest(b))


def test_others_deployments_are_followed():
    """The card shows what they say of it; we say nothing to GitHub and mention nobody."""
    b = external()
    assert d.step(b) == Read(what=What.LAST_STATUS)
    assert d.step(b, last_status=None) == Finish(due_at=None)
    last = d.status("success", creator="vercel[bot]", at=d.T0 + 9)
    older = structs.replace(d.EMPTY, aside=(Place(deployment_id=3),))
    found, news = d.after(b, last_status=last, slot=older)
    assert found.ended_at == d.T0 + 9
    assert isinstance(news, Finish)
    assert news.slot is not None
    assert (news.slot.after.succeeded, news.wake) == (5, ((1, 3),))
    assert news.build is not None
    found, step = d.after(news.build, last_status=last)
    assert isinstance(step, UpdateMessage)
    assert step.card.state == "success"
    over = structs.replace(found, card_digest=step.digest)
    assert d.step(over, last_status=last) == Finish(due_at=None)


def test_following_ends_when_github_is_silent_for_good():
    """A repository that the App may see no more is not asked about for ever."""
    b = d.down(external(), "github")
    assert d.step(b) == Finish(due_at=b.backoff["github"].retry_at)
    assert d.step(d.lost(external(), "github")) == Finish(due_at=None)


def test_our_own_ask_has_the_last_word():
    """Where a clock was wrong by a day, our own deployment was taken for an old one."""
    b = external(creator=d.BOT, plan=d.PLAN, asked_at=d.T0 - 3, gates_open=True)
    found, step = d.after(b, slot=d.EMPTY)
    assert (found.origin, found.state) == (Origin.OURS, BuildState.WAITING)
    assert isinstance(step, TriggerPipeline)


def test_a_status_is_kept_as_github_shows_it():
    """Whoever posted it."""
    facts = {"description": "Deployed.", "log_url": "https://ci/1", "environment_url": "https://s"}
    last = d.status("success", at=d.T0 + 9, id=12, **facts)
    assert status_shown(last) == PostedStatus(state="success", at=d.T0 + 9, id=12, **facts)
