"""The parts of sentences: markup, durations, refs, people and tickets."""

import pytest

from app.model.build import BuildState
from app.model.github.live import Comparison, Live
from app.model.github.refs import shown_ref
from app.model.plan import Person, RefKind, Ticket
from app.texts.links import (
    diff_link,
    mention_of,
    name_of,
    page,
    pull_request_link,
    ref_link,
    ticket_link,
)
from app.texts.markup import code_link, link, plain
from app.texts.phrases import duration
from tests.plans import changed
from tests.texts.builds import SHA, T0, build


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-1, "0 s"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (60, "1 m"),
        (252, "4 m 12 s"),
        (3599.6, "1 h"),
        (3780, "1 h 3 m"),
        (86400, "1 d"),
        (183600, "2 d 3 h"),
    ],
)
def test_durations_are_rounded(seconds: float, said: str) -> None:
    """A duration has at most two units."""
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("refs/heads/main", "main"),
        ("refs/tags/v1", "v1"),
        ("heads/main", "main"),
        ("pull/12/head", "#12"),
        ("refs/pull/12/merge", "#12"),
        (SHA, SHA[:7]),
        ("feature/x", "feature/x"),
    ],
)
def test_refs_as_people_know_them(ref: str, said: str) -> None:
    """Git's prefixes are left out."""
    assert shown_ref(ref) == said


def test_links() -> None:
    """Only http and https are linked."""
    assert link("javascript:x", "a") == "a"
    assert code_link("", "a") == "`a`"


def test_plain_text_of_markup() -> None:
    """Asterisks inside code are part of the quoted text."""
    markup = "*b* `ci/*` <https://a.example|l &lt;> <!date^1^{time}|noon> <@U1> a\n```x```"

    assert plain(markup) == "b ci/* l < noon @U1 a"


def test_where_a_ref_is() -> None:
    """A ref links to its pull request, commit or tree."""
    pull = build(ref="pull/12/head", ref_kind=RefKind.PULL_REQUEST, pull_request=12)

    assert ref_link(pull) == "`<https://github.com/acme/shop/pull/12|#12>`"
    assert pull_request_link(pull) == ""
    assert ref_link(build(ref=SHA, ref_kind=RefKind.SHA)) == (
        f"`<https://github.com/acme/shop/commit/{SHA}|{SHA[:7]}>`"
    )
    assert ref_link(build(ref="a/b#c")) == "`<https://github.com/acme/shop/tree/a/b%23c|a/b#c>`"
    assert pull_request_link(build(pull_request=482)) == (
        "<https://github.com/acme/shop/pull/482|#482>"
    )
    assert page("https://github.com", "", "pull", "1") == ""


def test_a_diff_needs_two_commits() -> None:
    """The first deployment, or the same commit again, has no comparison."""
    assert diff_link(build(live=None)) == ""
    assert diff_link(build(live=Live(deployment_id=811, ref="main", sha=SHA, since=T0))) == ""


def test_older_code_is_said_to_be_older() -> None:
    """By how many commits; the link compares in the direction that isn't empty."""
    live = Live(deployment_id=811, ref="v1.5.0", sha="1" * 40, since=T0)
    older = build(live=live, compared=Comparison(behind=12))
    assert diff_link(older) == (
        f"<https://github.com/acme/shop/compare/{SHA}...{'1' * 40}"
        "|12 commits behind v1.5.0, which is live>"
    )
    assert diff_link(changed(older, state=BuildState.SUCCEEDED)).endswith("which was live>")
    apart = build(live=live, compared=Comparison(ahead=1, behind=2))
    assert diff_link(apart) == (
        f"<https://github.com/acme/shop/compare/{'1' * 40}...{SHA}"
        "|1 commit ahead of and 2 commits behind v1.5.0, which is live>"
    )


def test_people_without_a_name() -> None:
    """The login is shown instead, or else "somebody"."""
    assert name_of(None) == "somebody"
    assert name_of(Person(login="octocat")) == "octocat"
    assert name_of(Person(slack_userid="U1")) == "somebody"
    assert mention_of(Person(slack_userid="U1", name="Dana")) == "<@U1>"


def test_tickets_of_other_repositories() -> None:
    """Another repository's issue names that repository; a task without a title is linked, too."""
    other = Ticket(system="github", key="acme/api#7", url="https://github.com/acme/api/issues/7")
    task = Ticket(system="asana", key="1", url="https://app.asana.com/0/1/1")

    assert ticket_link(other) == "<https://github.com/acme/api/issues/7|acme/api#7>"
    assert ticket_link(task) == "<https://app.asana.com/0/1/1|Asana task>"
