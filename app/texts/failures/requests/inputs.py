"""Why a deployment's inputs are refused."""

from app.model.reasons.inputs import (
    InputExample,
    InputInvalid,
    InputMissing,
    InputsMalformed,
    InputTwice,
    InputUnknown,
)
from app.texts.failures.failure import failure
from app.texts.inputs import for_example
from app.texts.markup import cut
from app.texts.phrases import coded, codes, text
from app.texts.speech import word

_EXAMPLE = InputExample(values={"migrate": True}, environment="production")
LONGEST = 41
"""Characters that are shown of a wrong value, with the `…` in place of the rest."""

_POSITIONAL = frozenset({"branch", "commit", "env", "environment", "ref", "sha", "tag"})
"""Names that `deploy` doesn't need: it takes these values without one."""


@failure(
    when="The configuration doesn't have the input.",
    example=InputUnknown(
        input="migrte", closest="migrate", known=("migrate", "pool"), example=_EXAMPLE
    ),
    undeployed=True,
)
def input_unknown(r: InputUnknown) -> str:
    """Name the closest input, or all of them; and how to type it if it was meant as a ref."""
    lead = f"There's no input {coded(r.input, 'of that name')}"
    if r.input.lower() in _POSITIONAL and r.value.strip():
        return f"{lead}. Type just {coded(word(r.value))}."
    if r.closest:
        return f"{lead}. Did you mean {coded(r.closest)}?{for_example(r.example)}"
    if r.known:
        said = f"{lead}. I only know {codes(r.known)}.{for_example(r.example)}"
    else:
        said = f"{lead}: this repository's configuration doesn't have any."
    if not r.alone or not r.value.strip():
        return said
    name = f"{r.input}={r.value}"
    return f"{said} If {coded(name)} is a branch or tag, put it in quotes: {coded(word(name))}."


@failure(
    when="The input doesn't take the value.",
    example=InputInvalid(input="migrate", type="boolean", value="maybe", example=_EXAMPLE),
    undeployed=True,
)
def input_invalid(r: InputInvalid) -> str:
    """Say what the input takes."""
    but = f", not {coded(cut(r.value, LONGEST))}" if r.value.strip() and r.type != "string" else ""
    return f"{coded(r.input)} must be {_takes(r.type, r.options)}{but}.{for_example(r.example)}"


@failure(
    when="An input without a default is missing.",
    example=InputMissing(
        input="pool",
        type="enum",
        options=("blue", "green"),
        description="where it runs",
        example=InputExample(values={"pool": "blue"}, environment="production"),
    ),
    undeployed=True,
)
def input_missing(r: InputMissing) -> str:
    """Say what the input takes, and what it is for."""
    what = f" ({text(r.description)})" if r.description else ""
    takes = _takes(r.type, r.options)
    return f"{coded(r.input)}{what} is required: {takes}.{for_example(r.example)}"


@failure(
    when="An input is typed twice.",
    example=InputTwice(input="migrate", example=_EXAMPLE),
    undeployed=True,
)
def input_twice(r: InputTwice) -> str:
    """Say that only one value is possible."""
    return f"You gave {coded(r.input)} more than once. Type it once.{for_example(r.example)}"


@failure(
    when="`inputs` in the payload of a deployment that somebody created with GitHub's API isn't "
    "an object, or is larger than 64 KB.",
    example=InputsMalformed(example=InputExample(values={"migrate": True}, in_payload=True)),
    undeployed=True,
)
def inputs_malformed(r: InputsMalformed) -> str:
    """Say what the payload should look like."""
    said = "`inputs` in the payload must be an object with names and values."
    if r.too_large:
        said = "`inputs` in the payload can't be larger than 64 KB."
    return f"{said}{for_example(r.example)}"


def _takes(kind: str, options: tuple[str, ...]) -> str:
    if kind == "boolean":
        return "`true` or `false`"
    if kind == "integer":
        return "a whole number of at most 15 digits"
    if kind == "enum":
        return f"one of {codes(options)}"
    return "one line of text, at most 512 characters"
