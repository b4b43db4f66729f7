"""Commands that wait for a provider: how they are listed, and the answer when they are dropped."""

from collections.abc import Sequence

from app.model.ask import Ask
from app.model.chat.card import Answer
from app.model.plan import Person
from app.texts.markup import local_time, words
from app.texts.speech import provider_name, typed


def kept_lines(asks: Sequence[Ask]) -> tuple[str, ...]:
    """The waiting commands (markup): who typed them, until when I keep trying, how to drop them."""
    if not asks:
        return ()
    lines = "\n".join(f"• {_line(ask)}" for ask in asks)
    return (f"Not created yet:\n{lines}\n{typed('cancel')} drops yours.",)


def only_kept(asks: Sequence[Ask], provider: str) -> Answer:
    """The answer to `list` and `status` while the provider that knows the rest doesn't answer."""
    text = f"{provider_name(provider)} isn't answering, so I can only show what's waiting for it."
    return Answer(text=text, lines=kept_lines(asks))


def dropped_now(asks: Sequence[Ask], by: Person) -> Answer:
    """The answer to a `cancel` that dropped commands before they created a deployment."""
    told = ", ".join(_whose(ask, by) for ask in asks)
    return Answer(text=f"Dropped {told} before it was created on GitHub. Nothing was deployed.")


def _whose(ask: Ask, by: Person) -> str:
    said = ask.said
    if said is None or said.by.slack_userid == by.slack_userid:
        return f"your {_what(ask)}"
    return f"{words(said.by.name) or 'somebody'}'s {_what(ask)}"


def _line(ask: Ask) -> str:
    who = words(ask.said.by.name) if ask.said else ""
    until = f" until {local_time(ask.kept_until)}" if ask.kept_until else ""
    waits = " and ".join(provider_name(name) for name in ask.backoff if name != "slack")
    return f"{_what(ask)}, requested by {who or 'somebody'}: waiting for {waits or 'GitHub'}{until}"


def _what(ask: Ask) -> str:
    text = ask.said.text.strip() if ask.said else ""
    return typed(text) if text else "*Retry*"
