"""Renders cards and answers as Slack's blocks, always within Slack's limits (pure).

https://docs.slack.dev/reference/block-kit/blocks
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from app.model.chat.card import Answer, Button, Card, Option, Select
from app.slack.fit import fit, length, plain
from app.texts.speech import APP_NAME, CONFIRM_NO

T = TypeVar("T")
Json = dict[str, Any]

METADATA = "deploybot_deployment"
"""The `event_type` in the metadata of a live message."""
OUTCOME = "deploybot_outcome"
"""The `event_type` in the metadata of the reply that says how a deployment ended."""
NOTICE = "deploybot_notice"
"""The `event_type` in the metadata of a message that a channel must get only once."""

SECTION = 3000
"""UTF-16 units in the text of one section."""
TOTAL = 8000
"""UTF-16 units in all sections of a message; Slack refuses about 11,000 (`msg_blocks_too_long`)."""
LABEL = 75
"""UTF-16 units in the label of a button or option."""
ELEMENTS = 25
"""Elements in one block of actions."""
OPTIONS = 100
"""Options in one select menu."""
OPTION_VALUE = 150
"""Characters in the value of an option."""
BUTTON_VALUE = 2000
"""Characters in the value of a button."""
URL = 3000
"""UTF-16 units in the address of a button."""
ACTION_BLOCKS = 20
"""Our own limit for blocks of actions in one message; Slack allows 50 blocks of all kinds."""

_COLORS = {
    "waiting": "#ECB22E",
    "running": "#1D9BD1",
    "good": "#2EB67D",
    "bad": "#E01E5A",
    "quiet": "#8D8D8D",
}
_ADDRESS = re.compile(
    r"https?://[^\s<>\"\\/?#\x00-\x20\ud800-\udfff][^\s<>\"\\\x00-\x20\ud800-\udfff]*"
)
_SAFE = "".join(chr(code) for code in range(32, 127) if chr(code) not in "%&<>")


def render_card(card: Card) -> Json:
    """The arguments of `chat.postMessage` and `chat.update` for a live message.

    The first line stands alone; the others have a bar in the state's colour beside them. `text` is
    for notifications and screen readers.
    """
    first, *others = card.lines or (card.text,)
    head = _sections([first]) or _sections([card.text or APP_NAME])
    body = [*_sections(others, TOTAL - SECTION), *_actions(card.buttons)]
    color = _COLORS.get(card.color, _COLORS["quiet"])
    return {
        "text": fit(card.text, SECTION) or APP_NAME,
        "blocks": head,
        "attachments": [{"color": color, "blocks": body}] if body else [],
        "metadata": {
            "event_type": METADATA,
            "event_payload": {
                "repository": card.repository,
                "deployment_id": card.deployment_id,
                "state": card.state,
            },
        },
    }


def render_answer(answer: Answer) -> Json:
    """The `text` and `blocks` of an answer; `text` repeats all the words of the blocks."""
    words = "\n".join([answer.text, *answer.lines])
    sections = [*_sections([answer.text]), *_sections(answer.lines, TOTAL - SECTION)]
    return {
        "text": fit(words, SECTION) or APP_NAME,
        "blocks": [
            *(sections or _sections([APP_NAME])),
            *_actions(answer.buttons, answer.select),
        ],
    }


def action_of(action_id: str) -> str:
    """The action that an `action_id` names, without the number that `_block` may have added."""
    return action_id.partition("#")[0]


def value_of(carried: str) -> str:
    """The value of a button or option, decoded: see `_carried`."""
    return unquote(carried)


def _sections(lines: Iterable[str], total: int = SECTION) -> list[Json]:
    """The lines in as few sections as possible, cut at `total` UTF-16 units."""
    texts: list[str] = []
    for line in lines:
        room = min(SECTION, total - sum(map(length, texts)) - len(texts))
        fitted = fit(line, room) if room > 1 else ""
        if not fitted:
            continue
        if texts and length(texts[-1]) + 1 + length(fitted) <= SECTION:
            texts[-1] = f"{texts[-1]}\n{fitted}"
        else:
            texts.append(fitted)
    return [{"type": "section", "text": _mrkdwn(text)} for text in texts]


def _actions(buttons: Sequence[Button], select: Select | None = None) -> list[Json]:
    elements = [element for button in buttons if (element := _button(button))]
    blocks = [_block(group) for group in _batches(elements, ELEMENTS)]
    menus = _menus(select) if select is not None else iter(())
    blocks += [_block(group) for group in _batches(menus, ELEMENTS)]
    return blocks[:ACTION_BLOCKS]


def _block(elements: Sequence[Json]) -> Json:
    """A block of actions. An `action_id` must be unique in it, so repeated ones get a number."""
    seen: Counter[str] = Counter()
    for element in elements:
        name = element["action_id"]
        seen[name] += 1
        if seen[name] > 1:
            element["action_id"] = f"{name}#{seen[name]}"
    return {"type": "actions", "elements": list(elements)}


def _button(button: Button) -> Json | None:
    """A button; None if it would make Slack refuse the whole message."""
    label, value = plain(button.label, LABEL), _carried(button.value)
    element: Json = {
        "type": "button",
        "text": _plain_text(label),
        "action_id": "link" if button.url else button.action[:200],
    }
    if button.url:
        if not _ADDRESS.fullmatch(button.url) or length(button.url) > URL:
            return None
        element["url"] = button.url
    elif value:
        element["value"] = value
    if button.style in {"primary", "danger"}:
        element["style"] = button.style
    if button.confirm:
        element["confirm"] = _confirm(button, label)
    usable = label and element["action_id"] and len(value) <= BUTTON_VALUE
    return element if usable else None


def _confirm(button: Button, label: str) -> Json:
    agree = plain(button.agree, 30) or fit(label, 30)
    confirm: Json = {
        "title": _plain_text(agree if button.agree else label),
        "text": _plain_text(plain(button.confirm, 300) or label),
        "confirm": _plain_text(agree),
        "deny": _plain_text(plain(button.decline, 30) or CONFIRM_NO),
    }
    if button.style == "danger":
        confirm["style"] = "danger"
    return confirm


def _menus(select: Select) -> Iterator[Json]:
    """As many select menus as the options need; each placeholder says which options it has."""
    options = {option.value: option for option in select.options if _usable(option)}
    groups = list(_batches(options.values(), OPTIONS))
    for group in groups:
        span = f" ({group[0].label} – {group[-1].label})" if len(groups) > 1 else ""
        yield {
            "type": "static_select",
            "action_id": select.action[:200],
            "placeholder": _plain_text(plain(f"{select.placeholder}{span}", 150) or APP_NAME),
            "options": [
                {
                    "text": _plain_text(plain(option.label, LABEL)),
                    "value": _carried(option.value),
                }
                for option in group
            ],
        }


def _usable(option: Option) -> bool:
    return bool(plain(option.label, LABEL)) and 0 < len(_carried(option.value)) <= OPTION_VALUE


def _carried(value: str) -> str:
    """A value percent-encoded, so that it comes back unchanged even if Slack escapes it."""
    return quote(value, safe=_SAFE, errors="replace")


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _mrkdwn(text: str) -> Json:
    """Markup in which Slack does not look for links or mentions (`verbatim`)."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain_text(text: str) -> Json:
    """Text in which an emoji's code, such as `:tada:`, is not replaced."""
    return {"type": "plain_text", "text": text, "emoji": False}
