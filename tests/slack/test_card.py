"""Cards and answers as blocks."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from app.model.chat.card import Answer, Button, Card, Option, Select
from app.slack.card import action_of, render_answer, render_card, value_of
from app.slack.fit import length
from app.texts.markup import bold, code, esc, link
from sandbox.slack.block_kit.blocks import problems_of_attachments, problems_of_blocks

FOREIGN = st.one_of(
    st.text(),
    st.sampled_from(["<!channel>", "<@U1>", "</script>", "&amp;<", "`*_~", "😀" * 90, "x" * 4000]),
)
MARKUP = st.one_of(
    FOREIGN.map(esc),
    FOREIGN.map(bold),
    FOREIGN.map(code),
    FOREIGN.map(lambda label: link("https://x.example/a?b&c", label)),
)
LINES = st.lists(MARKUP, max_size=8).map(tuple)
ADDRESSES = st.one_of(
    st.just(""), st.sampled_from(["https://x.example/?a&b", "javascript:alert(1)"]), FOREIGN
)
BUTTONS = st.lists(
    st.builds(
        Button,
        label=FOREIGN,
        action=st.sampled_from(["claim", "cancel", "", "a" * 300]),
        value=FOREIGN,
        url=ADDRESSES,
        style=st.sampled_from(["", "primary", "danger", "odd"]),
        confirm=st.one_of(st.just(""), FOREIGN),
    ),
    max_size=30,
).map(tuple)
SELECTS = st.builds(
    Select,
    action=st.just("claim"),
    placeholder=FOREIGN,
    options=st.lists(st.builds(Option, label=FOREIGN, value=FOREIGN), max_size=5).map(tuple),
)
UNESCAPED = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)")
OURS = "<https://x.example/a?b&amp;c|"


def texts(value: Any) -> list[str]:
    """Every text that Slack shows."""
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    if isinstance(value, dict):
        shown = [value["text"]] if isinstance(value.get("text"), str) else []
        return shown + [text for item in value.values() for text in texts(item)]
    return []


def assert_sendable(message: dict[str, Any]) -> None:
    """Slack takes the message, and nothing in it is markup but our own links."""
    assert problems_of_blocks(message["blocks"]) == []
    assert problems_of_attachments(message.get("attachments", [])) == []
    attached = [block for one in message.get("attachments", []) for block in one["blocks"]]
    assert len(message["blocks"]) + len(attached) <= 50
    assert 0 < length(message["text"]) <= 3000
    for text in texts(message):
        assert length(text) <= 3000
        assert not UNESCAPED.search(re.sub(re.escape(OURS) + r"[^<>]*>", "", text)), text
    json.dumps(message, ensure_ascii=False).encode()


def card(**changes: Any) -> Card:
    """A card that succeeded."""
    facts: dict[str, Any] = {
        "repository": "acme/shop",
        "deployment_id": 812,
        "state": "success",
        "text": "Deployed in 4 m 12 s: v1.4.0 to production, requested by Dana.",
        "lines": (
            "*production* · Deployed in 4 m 12 s · requested by Dana",
            "`v1.4.0` · `3f9c2d1`",
        ),
        "color": "good",
    }
    return Card(**facts | changes)


class TestRenderCard:
    """The live message."""

    def test_succeeded(self) -> None:
        """The first line stands alone, the rest beside the bar; metadata names the deployment."""
        buttons = (
            Button(label="Open", url="https://shop.example.com", style="primary"),
            Button(label="Logs", url="https://ci.example/1"),
        )
        assert render_card(card(buttons=buttons)) == snapshot(
            {
                "text": "Deployed in 4 m 12 s: v1.4.0 to production, requested by Dana.",
                "blocks": [
                    {
                        "type": "section",
                        "text": {
                            "type": "mrkdwn",
                            "text": "*production* · Deployed in 4 m 12 s · requested by Dana",
                            "verbatim": True,
                        },
                    }
                ],
                "attachments": [
                    {
                        "color": "#2EB67D",
                        "blocks": [
                            {
                                "type": "section",
                                "text": {
                                    "type": "mrkdwn",
                                    "text": "`v1.4.0` · `3f9c2d1`",
                                    "verbatim": True,
                                },
                            },
                            {
                                "type": "actions",
                                "elements": [
                                    {
                                        "type": "button",
                                        "text": {
                                            "type": "plain_text",
                                            "emoji": False,
                                            "text": "Open",
                                        },
                                        "action_id": "link",
                                        "url": "https://shop.example.com",
                                        "style": "primary",
                                    },
                                    {
                                        "type": "button",
                                        "text": {
                                            "type": "plain_text",
                                            "emoji": False,
                                            "text": "Logs",
                                        },
                                        "action_id": "link#2",
                                        "url": "https://ci.example/1",
                                    },
                                ],
                            },
                        ],
                    }
                ],
                "metadata": {
                    "event_type": "deploybot_deployment",
                    "event_payload": {
                        "repository": "acme/shop",
                        "deployment_id": 812,
                        "state": "success",
                    },
                },
            }
        )

    def test_running(self) -> None:
        """A button that asks before it acts."""
        cancel = Button(
            label="Cancel",
            action="cancel",
            value="812",
            style="danger",
            confirm="Cancel it?",
            agree="Cancel deployment",
            decline="Keep it running",
        )
        running = card(state="in_progress", color="running", buttons=(cancel,))
        assert render_card(running)["attachments"] == snapshot(
            [
                {
                    "color": "#1D9BD1",
                    "blocks": [
                        {
                            "type": "section",
                            "text": {
                                "type": "mrkdwn",
                                "text": "`v1.4.0` · `3f9c2d1`",
                                "verbatim": True,
                            },
                        },
                        {
                            "type": "actions",
                            "elements": [
                                {
                                    "type": "button",
                                    "text": {
                                        "type": "plain_text",
                                        "emoji": False,
                                        "text": "Cancel",
                                    },
                                    "action_id": "cancel",
                                    "value": "812",
                                    "style": "danger",
                                    "confirm": {
                                        "title": {
                                            "type": "plain_text",
                                            "emoji": False,
                                            "text": "Cancel deployment",
                                        },
                                        "text": {
                                            "type": "plain_text",
                                            "emoji": False,
                                            "text": "Cancel it?",
                                        },
                                        "confirm": {
                                            "type": "plain_text",
                                            "emoji": False,
                                            "text": "Cancel deployment",
                                        },
                                        "deny": {
                                            "type": "plain_text",
                                            "emoji": False,
                                            "text": "Keep it running",
                                        },
                                        "style": "danger",
                                    },
                                }
                            ],
                        },
                    ],
                }
            ]
        )

    def test_one_line(self) -> None:
        """Without more to say there is no bar."""
        assert render_card(card(lines=("*staging* · Waiting",)))["attachments"] == []

    def test_empty(self) -> None:
        """Even a card without words can be sent."""
        assert_sendable(render_card(card(text="", lines=())))

    def test_long(self) -> None:
        """Lines beyond what a message takes are cut, and the buttons stay."""
        buttons = (Button(label="Retry", action="retry", value="812"),)
        message = render_card(
            card(lines=("head", *("x" * 2900 for _ in range(9))), buttons=buttons)
        )
        assert_sendable(message)
        assert message["attachments"][0]["blocks"][-1]["elements"][0]["action_id"] == "retry"
        assert sum(map(length, texts(message))) < 12_000

    @given(
        text=MARKUP,
        lines=LINES,
        buttons=BUTTONS,
        color=st.sampled_from(["good", "bad", "odd"]),
        repository=FOREIGN.map(lambda name: name.encode("utf-8", "ignore").decode()),
    )
    def test_any(
        self,
        text: str,
        lines: tuple[str, ...],
        buttons: tuple[Button, ...],
        color: str,
        repository: str,
    ) -> None:
        """Any card is taken by Slack and holds nothing unescaped."""
        message = render_card(
            card(text=text, lines=lines, buttons=buttons, color=color, repository=repository)
        )
        assert_sendable(message)


class TestRenderAnswer:
    """Answers."""

    def test_claims(self) -> None:
        """Buttons of one action are told apart by number."""
        answer = Answer(
            text="Who are you on GitHub?",
            buttons=tuple(Button(label=login, action="claim", value=login) for login in ("a", "b")),
        )
        assert render_answer(answer) == snapshot(
            {
                "text": "Who are you on GitHub?",
                "blocks": [
                    {
                        "type": "section",
                        "text": {
                            "type": "mrkdwn",
                            "text": "Who are you on GitHub?",
                            "verbatim": True,
                        },
                    },
                    {
                        "type": "actions",
                        "elements": [
                            {
                                "type": "button",
                                "text": {"type": "plain_text", "emoji": False, "text": "a"},
                                "action_id": "claim",
                                "value": "a",
                            },
                            {
                                "type": "button",
                                "text": {"type": "plain_text", "emoji": False, "text": "b"},
                                "action_id": "claim#2",
                                "value": "b",
                            },
                        ],
                    },
                ],
            }
        )

    def test_select(self) -> None:
        """A select with its options."""
        options = (Option(label="octocat (Mona)", value="1"), Option(label="R&D", value="2"))
        answer = Answer(
            text="Who?", select=Select(action="claim", placeholder="A login", options=options)
        )
        assert render_answer(answer)["blocks"][1] == snapshot(
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "static_select",
                        "action_id": "claim",
                        "placeholder": {"type": "plain_text", "emoji": False, "text": "A login"},
                        "options": [
                            {
                                "text": {
                                    "type": "plain_text",
                                    "emoji": False,
                                    "text": "octocat (Mona)",
                                },
                                "value": "1",
                            },
                            {
                                "text": {"type": "plain_text", "emoji": False, "text": "R&amp;D"},
                                "value": "2",
                            },
                        ],
                    }
                ],
            }
        )

    def test_many_options(self) -> None:
        """More than 100 options take several selects; none is lost."""
        options = tuple(Option(label=f"login-{n}", value=str(n)) for n in range(3001))
        message = render_answer(
            Answer(text="Who?", select=Select(action="claim", placeholder="Login", options=options))
        )
        assert_sendable(message)
        menus = [menu for block in message["blocks"][1:] for menu in block["elements"]]
        assert [one["value"] for menu in menus for one in menu["options"]] == [
            option.value for option in options
        ]
        assert {action_of(menu["action_id"]) for menu in menus} == {"claim"}
        assert menus[1]["placeholder"]["text"] == "Login (login-100 – login-199)"

    def test_all_words_in_text(self) -> None:
        """What screen readers say is everything."""
        message = render_answer(Answer(text="First.", lines=("Second.", "Third.")))
        assert message["text"] == "First.\nSecond.\nThird."
        assert len(message["blocks"]) == 2

    @given(text=MARKUP, lines=LINES, buttons=BUTTONS, select=st.none() | SELECTS)
    def test_any(
        self, text: str, lines: tuple[str, ...], buttons: tuple[Button, ...], select: Select | None
    ) -> None:
        """Any answer is taken by Slack and holds nothing unescaped."""
        assert_sendable(
            render_answer(Answer(text=text, lines=lines, buttons=buttons, select=select))
        )


@given(st.text(max_size=60).map(lambda text: text.encode("utf-8", "ignore").decode()))
def test_values_come_back(value: str) -> None:
    """What a button carries comes back as it was, also if Slack escapes it on the way."""
    blocks = render_answer(
        Answer(text="?", buttons=(Button(label="Do", action="do", value=f"{value}!"),))
    )["blocks"]
    carried = blocks[1]["elements"][0]["value"]
    assert value_of(carried) == value_of(esc(carried)) == f"{value}!"


@pytest.mark.parametrize(("action_id", "action"), [("claim", "claim"), ("claim#2", "claim")])
def test_action_of(action_id: str, action: str) -> None:
    """Numbers that tell buttons apart are no part of the action."""
    assert action_of(action_id) == action
