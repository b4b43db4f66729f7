"""Rules for Block Kit's composition objects and elements, with their limits.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.block_kit.rules import (
    Report,
    Rule,
    anything,
    array,
    choice,
    flag,
    number,
    record,
    string,
    tagged,
    url,
)


def text(most: int, *kinds: str) -> Rule:
    """A text object of at most `most` characters; by default of either kind."""
    rules = {
        "plain_text": record({"text": string(most)}, {"emoji": flag}),
        "mrkdwn": record({"text": string(most)}, {"verbatim": flag}),
    }
    return tagged({kind: rules[kind] for kind in kinds or rules})


def plain(most: int) -> Rule:
    """A plain text object of at most `most` characters."""
    return text(most, "plain_text")


def _option(label: Rule) -> Rule:
    return record({"text": label, "value": string(150)}, {"description": plain(75), "url": url()})


OPTION = _option(plain(75))
MARKUP_OPTION = _option(text(75))
OPTION_GROUP = record({"label": plain(75), "options": array(OPTION, 100)})
CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
ACTION_ID = string(255)
COMMON: Mapping[str, Rule] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": flag}
PLACEHOLDER: Mapping[str, Rule] = {"placeholder": plain(150)}


def _needs_one_list(value: Any, pointer: str, report: Report) -> None:
    if ("options" in value) == ("option_groups" in value):
        report.add(pointer, "must define either `options` or `option_groups`")
        return
    groups = value.get("option_groups", [{"options": value.get("options")}])
    lists = [one.get("options") or [] for one in groups if isinstance(one, dict)]
    options = [option for one in lists if isinstance(one, list) for option in one]
    first = value.get("initial_option")
    if first is not None and first not in options:
        report.add(f"{pointer}/initial_option", "must be one of the options")
    values = [str(one.get("value")) for one in options if isinstance(one, dict)]
    if len(values) != len(set(values)):
        report.add(pointer, "option values must be unique")


BUTTON = record(
    {"text": plain(75)},
    {
        "action_id": ACTION_ID,
        "url": url(),
        "value": string(2000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
STATIC_SELECT = record(
    {},
    {
        **COMMON,
        **PLACEHOLDER,
        "options": array(OPTION, 100),
        "option_groups": array(OPTION_GROUP, 100),
        "initial_option": OPTION,
    },
    extra=_needs_one_list,
)
EXTERNAL_SELECT = record(
    {}, {**COMMON, **PLACEHOLDER, "initial_option": OPTION, "min_query_length": number(0, 1000)}
)
OVERFLOW = record({"options": array(OPTION, 5)}, {"action_id": ACTION_ID, "confirm": CONFIRM})
IMAGE = record({"alt_text": string(2000)}, {"image_url": url(), "slack_file": anything})
CHOICES = record(
    {"options": array(MARKUP_OPTION, 10)},
    {**COMMON, "initial_option": MARKUP_OPTION, "initial_options": array(MARKUP_OPTION, 10)},
)


def _picker(**initial: Rule) -> Rule:
    return record({}, {**COMMON, **PLACEHOLDER, **initial})


def _typed(**more: Rule) -> Rule:
    return record({}, {**COMMON, **PLACEHOLDER, "initial_value": string(3000), **more})


ACTIONS: Mapping[str, Rule] = {
    "button": BUTTON,
    "static_select": STATIC_SELECT,
    "external_select": EXTERNAL_SELECT,
    "users_select": _picker(initial_user=string(20)),
    "conversations_select": _picker(
        initial_conversation=string(20), default_to_current_conversation=flag, filter=anything
    ),
    "channels_select": _picker(initial_channel=string(20)),
    "overflow": OVERFLOW,
    "datepicker": _picker(initial_date=string(10)),
    "timepicker": _picker(initial_time=string(5), timezone=string(50)),
    "datetimepicker": _picker(initial_date_time=number(0, 1e10)),
    "radio_buttons": CHOICES,
    "checkboxes": CHOICES,
}
MULTI: Mapping[str, Rule] = {
    "multi_static_select": record(
        {},
        {
            **COMMON,
            **PLACEHOLDER,
            "options": array(OPTION, 100),
            "option_groups": array(OPTION_GROUP, 100),
            "initial_options": array(OPTION, 100),
            "max_selected_items": number(1, 100),
        },
    ),
    "multi_users_select": _picker(initial_users=anything, max_selected_items=number(1, 100)),
}
ACCESSORIES: Mapping[str, Rule] = {**ACTIONS, **MULTI, "image": IMAGE}
INPUTS: Mapping[str, Rule] = {
    **{kind: rule for kind, rule in ACTIONS.items() if kind not in {"button", "overflow"}},
    **MULTI,
    "plain_text_input": _typed(
        multiline=flag,
        min_length=number(0, 3000),
        max_length=number(1, 3000),
        dispatch_action_config=anything,
    ),
    "number_input": _typed(is_decimal_allowed=flag, min_value=string(50), max_value=string(50)),
    "email_text_input": _typed(),
    "url_text_input": _typed(),
}
