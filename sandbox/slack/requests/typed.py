"""How Slack delivers what a person types, presses or chooses."""

import re
from collections.abc import Iterator

from sandbox.slack.state import Json, Message, Workspace

_LINK = re.compile(r"(?<![<|])\bhttps?://[^\s<>|]+")
_PERSON = re.compile(r"(?<!\S)@([\w.-]+)")
_CHANNEL = re.compile(r"(?<!\S)#([\w-]+)")


def escaped(text: str) -> str:
    """A text with `&`, `<` and `>` escaped, as Slack delivers it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def smart(text: str) -> str:
    """A text with straight quotes replaced by typographic ones, as phones and macOS do."""
    text = re.sub(r'(^|[\s=(])"', r"\1“", text)
    text = re.sub(r"(^|[\s=(])'", r"\1‘", text)
    return text.replace('"', "”").replace("'", "’").replace("--", "—")


def delivered(workspace: Workspace, text: str, *, linked: bool) -> str:
    """A command's text as Slack delivers it.

    With `linked` (a setting of the app) mentions of people and channels, and links, are in Slack's
    markup.
    """
    text = escaped(text)
    if not linked:
        return text

    def person(match: re.Match[str]) -> str:
        found = [one for one in workspace.users.values() if one.name == match[1]]
        return f"<@{found[0].id}|{found[0].name}>" if found else match[0]

    def channel(match: re.Match[str]) -> str:
        found = workspace.find_channel(match[1])
        return f"<#{found.id}|{found.name}>" if found else match[0]

    text = _CHANNEL.sub(channel, _PERSON.sub(person, text))
    return _LINK.sub(lambda match: f"<{match[0]}>", text)


def controls(message: Message) -> Iterator[tuple[Json, Json, int | None]]:
    """Buttons, selects and the like; each with its block and the number of its attachment."""
    places: list[tuple[Json, int | None]] = [(block, None) for block in message.blocks]
    for attachment in message.attachments:
        places += [(block, attachment["id"]) for block in attachment.get("blocks", [])]
    for block, number in places:
        if block["type"] == "actions":
            for element in block["elements"]:
                yield block, element, number
        elif block["type"] == "section" and "accessory" in block:
            yield block, block["accessory"], number


def find_control(
    message: Message, action_id: str, value: str | None
) -> tuple[Json, Json, int | None]:
    """The control with this action id and, if several have it, with this value."""
    for block, element, number in controls(message):
        if element.get("action_id") == action_id and (
            value is None or element["type"] != "button" or element.get("value") == value
        ):
            return block, element, number
    known = [element.get("action_id") for _, element, _ in controls(message)]
    raise LookupError(f"no {action_id!r} among {known}")


def pressed(block: Json, element: Json, value: str | None) -> Json:
    """The entry in `actions` for a pressed button or a chosen option."""
    action: Json = {
        "type": element["type"],
        "action_id": element.get("action_id", ""),
        "block_id": block["block_id"],
    }
    if element["type"] == "button":
        more = {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        return action | more
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    options = [option for group in groups for option in group["options"]]
    chosen = [option for option in options if option["value"] == value]
    if not chosen:
        raise LookupError(f"no option {value!r} among {[one['value'] for one in options]}")
    action["selected_option"] = chosen[0]
    if "placeholder" in element:
        action["placeholder"] = element["placeholder"]
    return action
