"""Messages in a chat-neutral form: cards, answers, and their buttons.

Strings described as *markup* are Slack mrkdwn in which all foreign text has been escaped
(`app/texts/markup.py`). Other strings are plain text, which the chat's client escapes.
"""

from msgspec import Struct


class Button(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A button: a link if it has a `url`, otherwise pressing it sends `action` with `value`.

    `style` is empty, `primary` or `danger`. `confirm` is a question that the chat asks first
    (plain text), with `agree` and `decline` as the labels of its two answers.
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
    """An option of a select: `label` is shown (plain text), `value` is sent."""

    label: str
    value: str


class Select(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A searchable select of any length; choosing an option sends `action` with its value."""

    action: str
    placeholder: str
    options: tuple[Option, ...]


class Card(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The live message of one deployment.

    `state` is the deployment's state on GitHub, which goes into the message's metadata. `text` is
    one full sentence (markup), `lines` are the message's blocks in order (markup). `color` is one
    of `waiting`, `running`, `good`, `bad` and `quiet`.
    """

    repository: str
    deployment_id: int
    state: str
    text: str
    lines: tuple[str, ...]
    color: str = "quiet"
    buttons: tuple[Button, ...] = ()


class CardSearch(Struct, frozen=True, kw_only=True):
    """A paged search for a deployment's live messages, and how far it has got.

    `found` are the messages' timestamps (Slack's `ts`), oldest first. `older` is the cursor of the
    next page (empty: the first; None: all pages were read), `pages` how many were read.
    """

    found: tuple[str, ...] = ()
    older: str | None = ""
    pages: int = 0


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer to a command or a button.

    `text` is a sentence or paragraph (markup), `lines` are further blocks (markup). Only the person
    sees it, unless `in_channel`. `replace_original`: it replaces the message whose button was
    pressed. `invalid_file`: it reports an invalid configuration file, so that a check run which
    shows it fails.
    """

    text: str
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    select: Select | None = None
    in_channel: bool = False
    replace_original: bool = False
    invalid_file: bool = False
