"""What is shown in a channel, before any chat's own shapes: a card, an answer, their buttons.

Strings that are marked *markup* are Slack mrkdwn in which everything that is not ours is
escaped already (`app/texts/markup.py`); the others are plain text that the chat escapes.
"""

from msgspec import Struct


class Button(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A button. With `url` it is a link; otherwise pressing it asks `action` with `value`.

    `style` is empty, `primary` or `danger`; `confirm` the question asked before (plain), with
    `agree` and `decline` as its answers.
    """

    label: str
    action: str = ""
    value: str = ""
    url: str = ""
    style: str = ""
    confirm: str = ""
    agree: str = ""
    decline: str = ""


class Option(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry of a select: `label` is shown (plain), `value` is carried."""

    label: str
    value: str


class Select(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A searchable select; choosing asks `action` with the option's value. Any number."""

    action: str
    placeholder: str
    options: tuple[Option, ...]


class Card(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The live message of one deployment.

    `state` is the state on GitHub, carried in the message's metadata; `text` one full
    sentence (markup); `lines` the message's blocks in order, each markup; `color` a role:
    `waiting`, `running`, `good`, `bad` or `quiet`.
    """

    repository: str
    deployment_id: int
    state: str
    text: str
    lines: tuple[str, ...]
    color: str = "quiet"
    buttons: tuple[Button, ...] = ()


class CardSearch(Struct, frozen=True, kw_only=True):
    """A search for a deployment's live messages, a page at a time; `pages` were read.

    `found` are their ts, oldest first; `older` is where the next page begins: None once all
    were read.
    """

    found: tuple[str, ...] = ()
    older: str | None = ""
    pages: int = 0


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer to a command or a button.

    `text` is one markup sentence or paragraph, `lines` further blocks (markup). Answers go
    to the person alone unless `in_channel`. `invalid_file`: the repository's configuration is
    wrong, so that a commit shows the answer in red.
    """

    text: str
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    select: Select | None = None
    in_channel: bool = False
    replace_original: bool = False
    invalid_file: bool = False
