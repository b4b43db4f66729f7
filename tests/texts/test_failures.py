"""Every way to fail has a sentence that is whole, escaped and short enough for GitHub."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import external_file, snapshot

from app.model.build import Reason
from app.texts.failures.catalogue import CATALOGUE, describe, explain, explain_all, shorten
from app.texts.failures.failure import Failure
from app.texts.failures.table import failures_table
from app.texts.speech import speak_as

EVIL = "<!channel> <@U1> <https://evil.example|x> *b* `c` ```d``` & \n <"

FACTS = ("channel", "slack_userid")
"""Details that become Slack's own markup: ids that Slack gave us, of letters and digits."""

entries = pytest.mark.parametrize("failure", CATALOGUE, ids=lambda failure: failure.name)


def _reason(failure: Failure) -> Reason:
    return Reason(name=failure.name, details=dict(failure.example))


def test_the_table_in_the_docs_is_current() -> None:
    """`docs/failures.md` is what the catalogue says (`pytest --inline-snapshot=fix` writes it)."""
    assert failures_table(CATALOGUE) == external_file("../../docs/failures.md", format=".txt")


def test_names_are_unique_and_at_least_fifty() -> None:
    """No entry hides another, and the catalogue is as long as it must be."""
    names = [failure.name for failure in CATALOGUE]

    assert len(names) == len(set(names))
    assert len(names) >= 50


@entries
def test_an_entry_is_whole(failure: Failure) -> None:
    """It begins with a capital or a name, ends with a stop, and has no hole where a value was."""
    for reason in (_reason(failure), Reason(name=failure.name)):
        text = explain(reason)

        assert text[0].isupper() or text[0] in "`<*"
        assert text.rstrip().endswith((".", "?", "```")), text
        assert "  " not in text.partition("```")[0], text
        assert "None" not in text
        assert "!" not in text.replace("<!date", "")
        assert "try again later" not in text


@entries
def test_an_entry_says_what_was_not_deployed(failure: Failure) -> None:
    """Where nothing was deployed, the sentence says so, last."""
    said = explain(_reason(failure))

    assert said.endswith("Nothing was deployed.") or not failure.undeployed


@entries
@settings(max_examples=15)
@given(junk=st.text(max_size=50))
def test_details_are_never_raw(failure: Failure, junk: str) -> None:
    """Whatever a provider or a person sent can neither mention, link nor break out of code."""
    keys = {*failure.example, "message", "ref", "environment"} - set(FACTS)
    text = explain(Reason(name=failure.name, details=dict.fromkeys(keys, EVIL + junk)))

    assert "<!channel" not in text
    assert "<@U1" not in text
    assert "<https://evil" not in text
    assert text.count("```") % 2 == 0
    assert text.replace("```", "").count("`") % 2 == 0


@entries
@settings(max_examples=15)
@given(value=st.text(max_size=400))
def test_a_description_fits_github(failure: Failure, value: str) -> None:
    """It is plain, on one line, and at most 140 characters."""
    reason = Reason(name=failure.name, details=dict.fromkeys(failure.example, value))
    for text in (describe(reason), describe(_reason(failure)), describe(Reason(name=failure.name))):
        assert 0 < len(text) <= 140
        assert "\n" not in text
        assert "`" not in text


@entries
def test_a_description_names_no_button(failure: Failure) -> None:
    """There are none on GitHub."""
    for more in ({}, {"gave_up": "yes"}, {"workflow": "deploy"}):
        said = describe(Reason(name=failure.name, details={**failure.example, **more}))

        assert not re.search(r"(?i:\bpress\b)|Retry|\bCancel\b(?! one of the two)", said), said


def test_the_rest_of_a_sentence_that_names_a_button_is_kept() -> None:
    """What must be done is said on GitHub too; the button that follows is Slack's."""
    refused = {"message": "Unexpected argument(s): sha", "parameters": "sha"}
    reasons = [
        Reason(name="circleci_token_refused", details={"message": "You must log in first."}),
        Reason(name="circleci_parameter_undeclared", details=refused),
        Reason(name="approval_job_waiting", details={"job": "hold"}),
        Reason(name="timed_out", details={"seconds": "3600"}),
        Reason(name="pipeline_undecided", details={"pipelines": "345\n346"}),
    ]

    assert [describe(reason) for reason in reasons] == snapshot(
        [
            "CircleCI does not accept deploybot's token: You must log in first. Whoever operates deploybot must renew CIRCLECI_TOKEN.",
            "CircleCI refused the pipeline: Unexpected argument(s): sha. Declare what is missing in .circleci/config.yml. Nothing was deployed.",
            "CircleCI waits for somebody to approve the job hold. Approve it on CircleCI.",
            "No outcome after 1 h, so I stopped waiting. The pipeline may still be running; a later outcome is shown here.",
            "Several pipelines could be this deployment's: 345, 346. Nothing is started again until somebody says which.",
        ]
    )


def test_a_description_of_somebody_elses_words_is_plain() -> None:
    """GitHub shows descriptions as they are, so nothing is escaped there."""
    reason = Reason(name="circleci_refused", details={"message": "a < b & c"})

    assert describe(reason) == snapshot(
        "CircleCI refused the pipeline: a < b & c. Mend that. If it stays, tell whoever operates deploybot. Nothing was deployed."
    )


def test_an_unknown_name_is_a_general_sentence() -> None:
    """A name without an entry does not crash what wanted to say it."""
    assert explain(Reason(name="never_heard_of")) == snapshot(
        "Something went wrong inside deploybot; it is in the log. `/cimon status` shows what was done. Tell whoever operates deploybot."
    )


def test_all_reasons_are_told_at_once() -> None:
    """Two reasons are a list, and that nothing was deployed is said once."""
    reasons = [
        Reason(name="ref_unknown", details={"ref": "mian", "closest": "main", "repository": "a/b"}),
        Reason(name="configuration_invalid", details={"line": "3", "key": "x", "problem": "no"}),
    ]

    assert explain_all(reasons) == snapshot("""\
2 things are in the way:
• `a/b` has no branch, tag or commit `mian`. Did you mean `main`?
• `.github/deploybot.yml`, line 3 is wrong: `x`: no.
Nothing deploys until it is mended on the default branch. Nothing was deployed.\
""")


def test_one_reason_is_no_list() -> None:
    """A single reason is said as it is."""
    reason = Reason(name="sha_too_short", details={"sha": "3f9c"})

    assert explain_all([reason]) == explain(reason)


def test_waiting_for_several_things_says_nothing_of_refusals() -> None:
    """What waits is not told that nothing was deployed."""
    reasons = [Reason(name="checks_pending"), Reason(name="busy")]

    assert "Nothing was deployed" not in explain_all(reasons)


def test_the_slash_command_is_the_one_that_people_type() -> None:
    """An installation with another slash command names that one."""
    speak_as("/ship")
    said = explain(Reason(name="channel_not_bound"))

    assert said == snapshot(
        "This channel has no repository yet. Bind one: `/ship setup owner/repo`."
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
    """A sentence is cut only where not even the first one fits."""
    assert shorten(text) == short


@pytest.mark.parametrize(
    ("of", "ending"),
    [
        ("deploy", "Nothing was deployed."),
        ("retry", "Nothing was deployed."),
        ("setup", "Nothing was changed."),
        ("reset", "Nothing was changed."),
        ("list", "lists what can be typed."),
        ("status", "lists what can be typed."),
    ],
)
def test_a_command_that_does_not_deploy_is_not_said_to_have_deployed_nothing(
    of: str, ending: str
) -> None:
    """What changes something has changed nothing; what only looks has nothing to say of it."""
    said = explain(Reason(name="unknown_option", details={"typed": "now", "of": of}))

    assert said.endswith(ending)


@pytest.mark.parametrize("ref", ["#99", "pull/99", "refs/pull/99/head"])
def test_a_pull_request_that_is_none_is_called_one(ref: str) -> None:
    """However it was typed; it is nothing that one could push."""
    reason = Reason(name="ref_unknown", details={"ref": ref, "repository": "acme/shop"})

    assert explain(reason) == snapshot(
        "`acme/shop` has no pull request #99. Check its number. Nothing was deployed."
    )


VARIANTS = (
    Reason(name="github_down", details={"gave_up": "yes"}),
    Reason(name="circleci_down", details={"gave_up": "yes"}),
    Reason(name="environment_unknown", details={"environment": "qa", "known": "production"}),
    Reason(name="checks_pending", details={"until": "1790000000.000"}),
    Reason(name="checks_failed", details={"checks": "a\nb", "urls": "\nhttps://x.example/b"}),
    Reason(name="circleci_config_error", details={"message": "unauthorized"}),
    Reason(name="repository_already_bound", details={"repository": "acme/shop"}),
    Reason(name="circleci_parameter_limit", details={"found": "101", "limit": "100"}),
    Reason(name="slack_not_in_channel"),
    Reason(name="job_failed", details={"job": "migrate", "lines": "line 1\nline ```2"}),
    Reason(name="busy", details={"running": "811", "position": "3", "replaced": "810"}),
    Reason(name="same_commit_running", details={"deployment_id": "812", "state": "held"}),
)


def test_variants_of_sentences() -> None:
    """What an entry says when the usual values are not there, or other ones are."""
    assert {reason.name: explain(reason) for reason in VARIANTS} == snapshot(
        {
            "github_down": "GitHub does not answer. I gave up. Nothing more is done; type it again when GitHub is back.",
            "circleci_down": "CircleCI does not answer. I gave up. Press *Retry* when CircleCI is back.",
            "environment_unknown": "I don't know the environment `qa`. Known: `production`. `/cimon deploy qa --new` creates it. Nothing was deployed.",
            "checks_pending": "No check was reported on this commit yet. Starts by itself at <!date^1790000000^{date_short_pretty} {time}|2026-09-21 14:13 UTC> without one.",
            "checks_failed": "`a`, <https://x.example/b|b> have failed on this commit. Mend it and push, or run it again. Whoever is sure may deploy anyway with `--force`. Nothing was deployed.",
            "circleci_config_error": "The workflow of the pipeline ended as `unauthorized`. CircleCI says why. Press *Retry* to run it again. Nothing was deployed.",
            "repository_already_bound": "`acme/shop` is bound to another channel already, and a repository has one channel. To move it here, type `/cimon reset` there first. Nothing was changed.",
            "circleci_parameter_limit": "CircleCI takes at most 100 parameters, but 101. Shorten it and deploy again. Nothing was deployed.",
            "slack_not_in_channel": "I am not a member of this channel. Invite me: `/invite @deploybot`.",
            "job_failed": """\
The job `migrate` failed. Its log says why. Mend it and deploy again, or press *Retry*.
```line 1
line 2```\
""",
            "busy": "Deployment 811 has this environment. This one is number 3 in line and starts by itself. It replaces deployment 810, which was older.",
            "same_commit_running": "Deployment 812 of the same commit to this environment has not ended: it is waiting for approval. Its message shows the outcome.",
        }
    )
