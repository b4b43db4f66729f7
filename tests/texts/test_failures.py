"""Every entry of the failure catalogue is whole, escaped, and short enough for GitHub."""

import re
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import external_file, snapshot
from msgspec import structs
from msgspec.structs import fields

from app.model.reasons import Reason, RefusedOnGitHub
from app.model.reasons.base import BaseReason, Linked
from app.model.reasons.binding import ChannelNotBound, RepositoryAlreadyBound, RepositoryArchived
from app.model.reasons.ci import (
    CIDown,
    CIParameterLimit,
    CIRefused,
)
from app.model.reasons.deployments import SameCommitRunning
from app.model.reasons.gates import (
    Busy,
    ChecksFailed,
    ChecksPending,
    ConfigurationInvalid,
    Superseded,
)
from app.model.reasons.github import GitHubDown
from app.model.reasons.locks import LockedOut
from app.model.reasons.ours import SlackNotInChannel
from app.model.reasons.pipeline import (
    Candidate,
    CIConfigError,
    PipelineUndecided,
)
from app.model.reasons.typed import EnvironmentUnknown, RefUnknown, ShaTooShort, UnknownOption
from app.texts.failures.catalogue import CATALOGUE, describe, explain, explain_all, shorten
from app.texts.failures.failure import Failure
from app.texts.failures.table import failures_table
from app.texts.speech import speak_as

EVIL = "<!channel> <@U1> <https://evil.example|x> *b* `c` ```d``` & \n <"

FACTS = ("channel", "slack_userid", "problem", "name")
"""Fields that aren't text from others: IDs that Slack gave us, and names of our own."""

entries = pytest.mark.parametrize("failure", CATALOGUE, ids=lambda failure: failure.name)


def test_the_table_in_the_docs_is_current() -> None:
    """`docs/failures.md` is generated (`pytest --inline-snapshot=fix` writes it)."""
    assert failures_table(CATALOGUE) == external_file("../../docs/failures.md", format=".txt")


def test_every_reason_has_one_entry() -> None:
    """No type of reason is without a sentence."""
    names = [failure.name for failure in CATALOGUE]
    kinds = get_args(Reason)

    assert {type(failure.example) for failure in CATALOGUE} == set(kinds)
    assert len(names) == len(set(names)) == len(kinds)
    assert len(names) >= 50


def with_text(reason: BaseReason, text: str) -> BaseReason:
    """The reason with this text in every field that holds text from others."""

    def other(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: other(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [other(each, key) for each in value]
        return text if isinstance(value, str) and key not in FACTS else value

    facts = msgspec.to_builtins(reason)
    return msgspec.convert({**other(facts), "name": facts["name"]}, type(reason))


def bare(reason: BaseReason) -> BaseReason:
    """The reason with only its required fields."""
    needed = {field.name for field in fields(reason) if field.required}
    facts = msgspec.to_builtins(reason)
    return msgspec.convert({key: facts[key] for key in (*needed, "name")}, type(reason))


@entries
def test_an_entry_is_whole(failure: Failure) -> None:
    """It starts with a capital or a name, ends with a full stop, and has no gap in between."""
    for reason in (failure.example, bare(failure.example)):
        text = explain(reason)

        assert text[0].isupper() or text[0] in "`<*"
        assert text.rstrip().endswith((".", "?", "```")), text
        assert "  " not in text.partition("```")[0], text
        assert "None" not in text
        assert "!" not in text.replace("<!date", "")
        assert "try again later" not in text


@entries
def test_an_entry_says_what_was_not_deployed(failure: Failure) -> None:
    """Where it is true, "Nothing was deployed." comes last."""
    said = explain(failure.example)

    assert said.endswith("Nothing was deployed.") or not failure.undeployed


@settings(max_examples=24)
@given(junk=st.text(max_size=50))
def test_details_are_never_raw(junk: str) -> None:
    """Text from providers and people can neither mention, link nor break out of code style."""
    for failure in CATALOGUE:
        text = explain(with_text(failure.example, EVIL + junk))

        assert "<!channel" not in text, failure.name
        assert "<@U1" not in text, failure.name
        assert "<https://evil" not in text, failure.name
        assert text.count("```") % 2 == 0, failure.name
        assert text.replace("```", "").count("`") % 2 == 0, failure.name


@settings(max_examples=24)
@given(value=st.text(max_size=400))
def test_a_description_fits_github(value: str) -> None:
    """It is plain text on one line, of at most 140 characters."""
    for failure in CATALOGUE:
        for reason in (with_text(failure.example, value), failure.example, bare(failure.example)):
            text = describe(reason)
            assert 0 < len(text) <= 140, failure.name
            assert "\n" not in text, failure.name
            assert "`" not in text, failure.name


@entries
def test_a_description_names_no_button(failure: Failure) -> None:
    """GitHub shows no buttons."""
    known = structs.asdict(failure.example)
    for more in ({}, {"gave_up": True}, {"workflow": "deploy"}):
        changed = {key: value for key, value in more.items() if key in known}
        said = describe(structs.replace(failure.example, **changed))

        assert not re.search(r"(?i:\bpress\b)|Retry|\bCancel\b(?! one of the two)", said), said


def test_a_description_of_somebody_elses_words_is_plain() -> None:
    """GitHub shows descriptions as plain text, so nothing is escaped there."""
    reason = CIRefused(message="a < b & c")

    assert describe(reason) == snapshot(
        "CircleCI refused the pipeline: a < b & c. Fix that. If it keeps happening, tell whoever runs deploybot. Nothing was deployed."
    )


def test_all_reasons_are_told_at_once() -> None:
    """Two reasons are a list; "Nothing was deployed." comes once."""
    reasons = [
        RefUnknown(ref="mian", closest="main", repository="a/b"),
        ConfigurationInvalid(line=3, key="x", problem="extra_forbidden"),
    ]

    assert explain_all(reasons) == snapshot("""\
2 problems:
• `a/b` has no branch, tag or commit `mian`. Did you mean `main`?
• `.github/deploybot.yml`, line 3: `x`: unknown key.
Deployments are blocked until this is fixed on the default branch. Nothing was deployed.\
""")


def test_one_reason_is_no_list() -> None:
    """A single reason is said as it is."""
    reason = ShaTooShort(sha="3f9c", needed=7)

    assert explain_all([reason]) == explain(reason)


def test_several_things_that_are_waited_for_are_no_problems() -> None:
    """They are a list without a heading, and nothing says that nothing was deployed."""
    reasons = [ChecksPending(), Busy(environment="production", running=811)]

    assert explain_all(reasons, waits=True) == "\n".join(f"• {explain(one)}" for one in reasons)


def test_the_slash_command_is_the_one_that_people_type() -> None:
    """An installation with another slash command names that one."""
    speak_as("/ship")
    said = explain(ChannelNotBound())

    assert said == snapshot(
        "This channel has no repository yet. Connect one: `/ship setup owner/repo`."
    )


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Short.", "Short."),
        ("One. " + "x" * 200, "One."),
        ("x" * 200, "x" * 139 + "…"),
    ],
)
def test_shortening_keeps_whole_sentences(text: str, short: str) -> None:
    """A sentence is cut only if not even the first one fits."""
    assert shorten(text) == short


@pytest.mark.parametrize(
    ("of", "ending"),
    [
        ("deploy", "Nothing was deployed."),
        ("retry", "Nothing was deployed."),
        ("setup", "Nothing was changed."),
        ("reset", "Nothing was changed."),
        ("list", "lists what you can type."),
        ("status", "lists what you can type."),
    ],
)
def test_a_command_that_does_not_deploy_is_not_said_to_have_deployed_nothing(
    of: str, ending: str
) -> None:
    """Other commands changed nothing; those that only show something don't say so."""
    said = explain(UnknownOption(typed="now", of=of))

    assert said.endswith(ending)


@pytest.mark.parametrize("ref", ["#99", "pull/99", "refs/pull/99/head"])
def test_a_pull_request_that_is_none_is_called_one(ref: str) -> None:
    """However it was typed; the advice to push it makes no sense."""
    reason = RefUnknown(ref=ref, repository="acme/shop")

    assert explain(reason) == snapshot(
        "`acme/shop` has no pull request #99. Check its number. Nothing was deployed."
    )


def test_a_lock_says_its_day_once() -> None:
    """The end of a short lock needs no day; that of a long one does."""
    since = 1790000000.0
    short, long = (
        explain(LockedOut(environment="production", by="Dana", since=since, until=since + lasting))
        for lasting in (2 * 3600.0, 26 * 3600.0)
    )
    assert short.count("date_short_pretty") == 1
    assert long.count("date_short_pretty") == 2


VARIANTS: tuple[BaseReason, ...] = (
    GitHubDown(gave_up=True),
    CIDown(gave_up=True),
    EnvironmentUnknown(environment="qa", known=("production",)),
    ChecksPending(until=1790000000.0),
    ChecksFailed(checks=(Linked(name="a"), Linked(name="b", url="https://x.example/b"))),
    CIConfigError(message="unauthorized"),
    RepositoryAlreadyBound(repository="acme/shop"),
    CIParameterLimit(found=101, limit=100),
    SlackNotInChannel(),
    Busy(environment="", running=811, position=3),
    SameCommitRunning(environment="", ref="v1.4.0", state="on_hold"),
    Superseded(),
    PipelineUndecided(pipelines=(Candidate(id="a", name="345"), Candidate(id="b", name="346"))),
    RefusedOnGitHub(reasons=(ChecksFailed(checks=()), RepositoryArchived())),
)


def test_variants_of_sentences() -> None:
    """The sentences without the usual values, or with other ones."""
    assert {reason.name: explain(reason) for reason in VARIANTS} == snapshot(
        {
            "github_down": "GitHub is down. I gave up; type it again when GitHub is back.",
            "circleci_down": "CircleCI isn't answering. I gave up. Press *Retry* when CircleCI is back.",
            "environment_unknown": "I don't know the environment `qa`. I only know `production`. To create it: `/cimon deploy qa --new`. Nothing was deployed.",
            "checks_pending": "No checks on this commit yet. If none show up, it deploys anyway at <!date^1790000000^{time}|2026-09-21 14:13 UTC>.",
            "checks_failed": "`a`, <https://x.example/b|b> failed on this commit. Push a fix or rerun them, then type the command again. To deploy anyway, add `--force`. Nothing was deployed.",
            "circleci_config_error": "The workflow of the pipeline ended with the status `unauthorized`. CircleCI says why. Press *Retry* to run it again. Nothing was deployed.",
            "repository_already_bound": "`acme/shop` already deploys from another channel, and it can only have one channel. To move it here, type `/cimon reset` there first. Nothing was changed.",
            "circleci_parameter_limit": "Too many parameters: 101, and CircleCI takes 100 at most. Remove some and deploy again. Nothing was deployed.",
            "slack_not_in_channel": "I'm not a member of this channel. Invite me: `/invite @deploybot`.",
            "busy": "Number 3 in the queue behind deployment 811, which is still deploying to this environment. Starts automatically.",
            "same_commit_running": "This commit is already on its way to this environment: `v1.4.0` is waiting for approval.",
            "superseded": "Superseded by a newer deployment.",
            "pipeline_undecided": "CircleCI's answer got lost. I can't tell whether one of the pipelines `345`, `346` is this deployment, so I didn't start another. Check on CircleCI: if none of them is, press *Retry*. It starts once they've ended.",
            "refused_on_github": """\
2 problems:
• A check failed on this commit. Push a fix or rerun it, then type the command again. To deploy anyway, add `--force`.
• The repository is archived, so GitHub won't accept deployments for it. Someone with admin access can unarchive it.
Nothing was deployed.\
""",
        }
    )
