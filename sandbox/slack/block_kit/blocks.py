"""Checks blocks and views strictly, so that mistakes are answered with `invalid_blocks`.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.block_kit.elements import ACCESSORIES, ACTIONS, IMAGE, INPUTS, plain, text
from sandbox.slack.block_kit.rules import (
    Report,
    Rule,
    anything,
    array,
    choice,
    flag,
    record,
    string,
    tagged,
    url,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ID: Mapping[str, Rule] = {"block_id": string(255)}


def _needs_text(value: Any, pointer: str, report: Report) -> None:
    if "text" not in value and "fields" not in value:
        report.add(pointer, "missing required field: text or fields")


def _distinct_actions(value: Any, pointer: str, report: Report) -> None:
    elements = value.get("elements")
    seen: set[str] = set()
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        name = element.get("action_id") if isinstance(element, dict) else None
        if name is not None and name in seen:
            report.add(f"{pointer}/elements/{index}", f"action_id `{name}` already exists")
        seen.add(str(name))


def _image_source(value: Any, pointer: str, report: Report) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        report.add(pointer, "must define either `image_url` or `slack_file`")


TEXT_IN_CONTEXT = {
    "mrkdwn": record({"text": string(3000)}, {"verbatim": flag}),
    "plain_text": record({"text": string(3000)}, {"emoji": flag}),
}
BLOCKS: Mapping[str, Rule] = {
    "section": record(
        {},
        {
            **ID,
            "text": text(3000),
            "fields": array(text(2000), 10),
            "accessory": tagged(ACCESSORIES),
            "expand": flag,
        },
        extra=_needs_text,
    ),
    "header": record({"text": plain(150)}, ID),
    "divider": record({}, ID),
    "context": record({"elements": array(tagged({**TEXT_IN_CONTEXT, "image": IMAGE}), 10)}, ID),
    "actions": record({"elements": array(tagged(ACTIONS), 25)}, ID, extra=_distinct_actions),
    "image": record(
        {"alt_text": string(2000)},
        {**ID, "image_url": url(), "slack_file": anything, "title": plain(2000)},
        extra=_image_source,
    ),
    "input": record(
        {"label": plain(2000), "element": tagged(INPUTS)},
        {**ID, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "markdown": record({"text": string(12000)}, ID),
    "rich_text": record({"elements": array(anything, 1000)}, ID),
}
VIEW = record(
    {"title": plain(24), "blocks": array(tagged(BLOCKS), VIEW_BLOCKS)},
    {
        "submit": plain(24),
        "close": plain(24),
        "private_metadata": string(3000, least=0),
        "callback_id": string(255),
        "external_id": string(255),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
HOME = record(
    {"blocks": array(tagged(BLOCKS), VIEW_BLOCKS, least=0)},
    {
        "private_metadata": string(3000, least=0),
        "callback_id": string(255),
        "external_id": string(255),
    },
)
VIEW_TYPES = tagged({"modal": VIEW, "home": HOME})
ATTACHMENT = record(
    {},
    {
        "color": string(20),
        "fallback": string(4000),
        "blocks": array(tagged(BLOCKS), MESSAGE_BLOCKS),
        "id": anything,
        "text": string(7000, least=0),
        "pretext": string(4000, least=0),
        "title": string(2000),
        "title_link": url(),
        "fields": anything,
        "footer": string(300),
        "ts": anything,
        "mrkdwn_in": array(choice("text", "pretext", "fields"), 3),
    },
)


def problems_of_blocks(blocks: Any, pointer: str = "/blocks") -> list[str]:
    """The problems of a message's blocks, a line for each."""
    report = Report()
    array(tagged(BLOCKS), MESSAGE_BLOCKS, least=0)(blocks, pointer, report)
    _distinct_ids(blocks, pointer, report)
    return report.problems


def problems_of_attachments(attachments: Any) -> list[str]:
    """The problems of a message's attachments and of the blocks in them, a line for each."""
    report = Report()
    array(ATTACHMENT, 100, least=0)(attachments, "/attachments", report)
    return report.problems


def problems_of_view(view: Any) -> list[str]:
    """The problems of a modal or a home tab, a line for each."""
    report = Report()
    VIEW_TYPES(view, "/view", report)
    if isinstance(view, dict):
        blocks = view.get("blocks")
        _distinct_ids(blocks, "/view/blocks", report)
        inputs = any(one.get("type") == "input" for one in blocks or [] if isinstance(one, dict))
        if view.get("type") == "modal" and inputs and "submit" not in view:
            report.add("/view/submit", "submit is required when an input block is in blocks")
    return report.problems


def _distinct_ids(blocks: Any, pointer: str, report: Report) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        name = block.get("block_id") if isinstance(block, dict) else None
        if name is not None and str(name) in seen:
            report.add(f"{pointer}/{index}/block_id", "block_id already exists")
        seen.add(str(name))
