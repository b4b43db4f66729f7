"""A deployment's inputs, as messages show them and as people type them."""

from collections.abc import Mapping

import msgspec

from app.model.plan import InputValue, Plan
from app.model.reasons.inputs import InputExample
from app.texts.markup import code, cut
from app.texts.phrases import codes
from app.texts.speech import typed, word

LONGEST = 80
"""Characters that are shown of an input (`name=value`)."""


def chosen(plan: Plan | None) -> str:
    """The inputs that weren't at their defaults (markup): "with `migrate=true`"; or empty."""
    if plan is None:
        return ""
    values = plan.payload.inputs
    given = (f"{name}={_text(values[name])}" for name in plan.payload.chosen if name in values)
    shown = [cut(each, LONGEST) for each in given]
    return f"with {codes(shown)}" if shown else ""


def for_example(example: InputExample | None) -> str:
    """The example as a sentence after a space (markup); empty if there is none."""
    if example is None or not example.values:
        return ""
    if example.in_payload:
        payload = msgspec.json.encode({"inputs": example.values}).decode()
        return f" For example: {code(payload)}."
    written = as_typed(example.values)
    if not example.environment:
        return f" For example: {codes(written)}."
    names = [word(name) for name in (example.environment, example.ref) if name]
    return f" For example: {typed(' '.join(['deploy', *names, *written]))}."


def as_typed(values: Mapping[str, InputValue]) -> list[str]:
    """Inputs as words of a command, such as `migrate=true`; values are quoted where needed."""
    return [f"{name}={word(_text(value))}" for name, value in values.items()]


def _text(value: InputValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
