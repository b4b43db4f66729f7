"""`diff`: even the longest answer fits one message, uncut."""

import json

import pytest

from app.model.github.commit import Commit, IncomingCommit, PullRequest
from app.model.github.live import Comparison, Live
from app.model.plan import Ticket
from app.slack.card import render_answer
from app.texts.replies.deployments.diff import Difference, Side, difference

LIVE = Live(deployment_id=1, ref="v1.4.0", sha="a" * 40, since=1767603600.0)


def side(count: int, message: str) -> Side:
    """Commits with the same message, which name as many tickets as can be found."""
    commit = Commit(sha="f" * 40, message=message, author_login="o" * 39)
    change = IncomingCommit(commit=commit, pull_request=PullRequest(number=123_456_789))
    ticket = Ticket(system="asana", key="1", url=f"https://app.asana.com/0/1/{'2' * 20}")
    return Side(count=count, changes=(change,) * min(count, 50), tickets=(ticket,) * 10)


@pytest.mark.parametrize("message", ["word " * 30, "🎩" * 200, "&" * 200, "<!channel>" * 20, ""])
@pytest.mark.parametrize(("brings", "takes"), [(900, 0), (0, 900), (900, 900), (1, 900)])
def test_it_fits_one_message(brings: int, takes: int, message: str) -> None:
    """Nothing is cut by Slack: the answer says how many commits it leaves out."""
    told = difference(
        Difference(
            repository=f"{'o' * 39}/{'r' * 100}",
            environment="e" * 255,
            ref="b" * 250,
            sha="b" * 40,
            live=LIVE,
            compared=Comparison(ahead=brings, behind=takes),
            brings=side(brings, message),
            takes=side(takes, message),
        )
    )
    sent = json.dumps(render_answer(told)["blocks"], ensure_ascii=False)
    assert "<!channel" not in sent
    for lines in told.lines:
        assert json.dumps(lines, ensure_ascii=False)[1:-1] in sent
    for count in (brings, takes):
        if count > 50:
            assert " older commits." in sent
    assert sent.count("Tickets: ") == sum(1 for one in (brings, takes) if one)
