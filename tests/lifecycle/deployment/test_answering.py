"""Answering a person: by the first way that Slack does not refuse."""

import pytest

from app.errors import Refused, Unavailable
from app.lifecycle.deployment.answering import ANSWERABLE, Answering
from app.model.chat.card import Answer
from app.model.chat.reply import CommitAddress, SlackAddress
from app.model.github.commit import CheckRunReport
from app.model.plan import RepositoryRef
from app.model.reasons.ours import SlackRefused

pytestmark = pytest.mark.usefixtures("quiet")

REQUEST = SlackAddress(channel_id="C1", user_id="U1", response_url="https://r")
REPOSITORY = RepositoryRef(id=1, full_name="acme/shop", installation_id=2)
NO = Refused("slack", SlackRefused(), "no")


class Chat:
    """Slack, which refuses some ways."""

    def __init__(self, *closed: str, error: Exception = NO) -> None:
        self.closed, self.error = closed, error
        self.tried: list[str] = []
        self.said = ""

    async def answer(self, request: SlackAddress, answer: Answer) -> None:
        """By the command's own address."""
        self._try("answer", answer)

    async def whisper(self, channel: str, user: str, answer: Answer) -> None:
        """To the person alone."""
        self._try("whisper", answer)

    async def say(self, channel: str, answer: Answer) -> str:
        """In the channel."""
        self._try("say", answer)
        return "1.1"

    def _try(self, way: str, answer: Answer) -> None:
        self.tried.append(way)
        if way in self.closed:
            raise self.error
        self.said = answer.text


@pytest.mark.parametrize(
    ("closed", "age", "request_", "tried", "said"),
    [
        ((), 0.0, REQUEST, ["answer"], "Hello."),
        ((), ANSWERABLE, REQUEST, ["whisper"], "Hello."),
        (("answer",), 0.0, REQUEST, ["answer", "whisper"], "Hello."),
        (("answer", "whisper"), 0.0, REQUEST, ["answer", "whisper", "say"], "<@U1> Hello."),
        (("answer", "whisper", "say"), 0.0, REQUEST, ["answer", "whisper", "say"], ""),
        ((), 0.0, SlackAddress(channel_id="C1", user_id=""), ["say"], "Hello."),
    ],
    ids=["at once", "too late", "refused", "not there", "nowhere", "nobody's"],
)
async def test_ways(
    closed: tuple[str, ...], age: float, request_: SlackAddress, tried: list[str], said: str
):
    """The command's own address, then the person alone, then the channel."""
    chat = Chat(*closed)
    await Answering(chat=chat, github=None)(request_, Answer(text="Hello."), age=age)
    assert (chat.tried, chat.said) == (tried, said)


async def test_an_outage_is_no_refusal():
    """It is raised, and the answer is tried again later."""
    chat = Chat("answer", error=Unavailable("slack", "503"))
    with pytest.raises(Unavailable):
        await Answering(chat=chat, github=None)(REQUEST, Answer(text="Hello."), age=0.0)
    assert chat.tried == ["answer"]


class GitHub:
    """GitHub, which takes check runs."""

    def __init__(self) -> None:
        self.shown: list[CheckRunReport] = []

    async def post_check_run(self, ref: RepositoryRef, report: CheckRunReport) -> None:
        """On a commit."""
        assert ref == REPOSITORY
        self.shown.append(report)


async def test_what_an_event_is_refused_stands_on_its_commit():
    """Nobody waits in a chat: a check run says it, neither green nor red."""
    github, place = GitHub(), CommitAddress(repository=REPOSITORY, sha="3f9c2d1")
    said = Answer(text="`test` has failed. Push again.")
    await Answering(chat=Chat(), github=github)(place, said, age=0.0)
    [shown] = github.shown
    assert (shown.sha, shown.name, shown.conclusion) == ("3f9c2d1", "deploybot", "neutral")
    assert (shown.title, shown.summary) == ("test has failed. Push again.", said.text)
