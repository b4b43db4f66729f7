"""The stand-in's strict Block Kit checks: good blocks pass, bad ones are named."""

from typing import Any

import pytest

from sandbox.slack.block_kit.blocks import (
    problems_of_attachments,
    problems_of_blocks,
    problems_of_view,
)


def section(text: Any = "Deployed", **more: Any) -> dict[str, Any]:
    """A section."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(**more: Any) -> dict[str, Any]:
    """A button."""
    label = {"type": "plain_text", "text": "Retry"}
    return {"type": "button", "text": label, "action_id": "retry", "value": "7", **more}


def select(count: int = 6, **more: Any) -> dict[str, Any]:
    """A searchable select."""
    options = [
        {"text": {"type": "plain_text", "text": f"login-{n}"}, "value": str(n)}
        for n in range(count)
    ]
    placeholder = {"type": "plain_text", "text": "Who are you?"}
    return {
        "type": "static_select",
        "action_id": "claim",
        "placeholder": placeholder,
        "options": options,
        **more,
    }


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    """A row of controls."""
    return {"type": "actions", "elements": list(elements)}


CONFIRM = {
    "title": {"type": "plain_text", "text": "Cancel it?"},
    "text": {"type": "mrkdwn", "text": "The pipeline stops."},
    "confirm": {"type": "plain_text", "text": "Cancel it"},
    "deny": {"type": "plain_text", "text": "Keep it"},
    "style": "danger",
}

GOOD = [
    section("x" * 3000),
    section(fields=[{"type": "plain_text", "text": "x" * 2000, "emoji": True}] * 10),
    section(accessory=button(style="danger", confirm=CONFIRM)),
    section(accessory=select(100)),
    {"type": "header", "text": {"type": "plain_text", "text": "x" * 150}},
    {"type": "divider", "block_id": "line"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "by octocat"}] * 10},
    actions(*[button(action_id=f"a{n}") for n in range(25)]),
    actions(button(url="https://example.com"), select()),
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"},
]

GROUP = {"label": {"type": "plain_text", "text": "All"}, "options": select(1)["options"]}

BAD = [
    (section(""), "must be more than 0 characters", "/blocks/0/text/text"),
    (section("x" * 3001), "must be less than 3001 characters", "/blocks/0/text/text"),
    (section(None), "should be a string", "/blocks/0/text/text"),
    ({"type": "section"}, "missing required field: text or fields", "/blocks/0"),
    (section(colour="red"), "invalid additional property: colour", "/blocks/0"),
    ({"type": "sektion"}, "unsupported type: sektion", "/blocks/0/type"),
    ({}, "missing required field: type", "/blocks/0"),
    (section(fields=[{"type": "mrkdwn", "text": "x"}] * 11), "no more than 10", "/blocks/0/fields"),
    (actions(), "no fewer than 1 items required", "/blocks/0/elements"),
    (actions(*[button(action_id=f"a{n}") for n in range(26)]), "no more than 25", "/elements"),
    (actions(button(), button()), "action_id `retry` already exists", "/blocks/0/elements/1"),
    (actions(button(value="x" * 2001)), "less than 2001", "/elements/0/value"),
    (actions(button(style="good")), "must be a valid enum value", "/elements/0/style"),
    (actions(button(url="javascript:alert(1)")), "invalid url", "/elements/0/url"),
    (
        actions(button(text={"type": "plain_text", "text": "x" * 76})),
        "less than 76",
        "/elements/0/text/text",
    ),
    (
        actions(button(text={"type": "mrkdwn", "text": "x"})),
        "unsupported type: mrkdwn",
        "/elements/0/text/type",
    ),
    (actions(select(101)), "no more than 100 items allowed", "/elements/0/options"),
    (actions(select(2) | {"option_groups": [GROUP]}), "must define either", "/elements/0"),
    (actions(select(2, options=select(1)["options"] * 2)), "must be unique", "/elements/0"),
    (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "unsupported type: mrkdwn",
        "/blocks/0/text/type",
    ),
    (
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11},
        "no more than 10",
        "/blocks/0/elements",
    ),
]


@pytest.mark.parametrize("block", GOOD)
def test_a_good_block_passes(block: dict[str, Any]) -> None:
    """At its limits, with every kind of control that we use."""
    assert problems_of_blocks([block]) == []


@pytest.mark.parametrize(("block", "problem", "pointer"), BAD)
def test_a_bad_block_is_named(block: dict[str, Any], problem: str, pointer: str) -> None:
    """What is wrong and where, in Slack's words."""
    (first, *_) = problems_of_blocks([block])
    assert problem in first
    assert pointer in first


def test_a_message_has_fifty_blocks_with_distinct_ids() -> None:
    """51 are too many, and a block id is used once."""
    assert problems_of_blocks([section()] * 50) == []
    assert "no more than 50" in problems_of_blocks([section()] * 51)[0]
    assert "already exists" in problems_of_blocks([section(block_id="a")] * 2)[0]
    assert problems_of_blocks("text") == ["[ERROR] should be a list [json-pointer:/blocks]"]


def test_attachments_are_looked_into() -> None:
    """A coloured attachment with blocks passes; a mistake inside is found."""
    assert problems_of_attachments([{"color": "#2eb67d", "blocks": [section()]}]) == []
    assert "/attachments/0/blocks/0" in problems_of_attachments([{"blocks": [section("")]}])[0]


def test_views_have_limits_of_their_own() -> None:
    """A title of 24 characters, 3,000 of metadata, and a submit button where there is input."""
    title = {"type": "plain_text", "text": "Deploy"}
    name = {"type": "plain_text", "text": "Environment"}
    field = {"type": "input", "label": name, "element": select()}
    view = {"type": "modal", "title": title, "blocks": [field], "submit": title}
    assert problems_of_view(view | {"private_metadata": "x" * 3000}) == []
    assert problems_of_view(view | {"private_metadata": "x" * 3001})
    assert problems_of_view(view | {"title": {"type": "plain_text", "text": "x" * 25}})
    del view["submit"]
    assert "submit is required" in problems_of_view(view)[0]
    assert problems_of_view({"type": "home", "blocks": []}) == []
