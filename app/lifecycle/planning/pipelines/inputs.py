"""Checks a deployment's inputs against those that the configuration declares (pure)."""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct, structs

from app.lifecycle.configuration.matching import closest
from app.lifecycle.configuration.model import InputConfig
from app.lifecycle.planning import origins
from app.model import Json
from app.model.build import Build, Origin
from app.model.github.deployment import Deployment
from app.model.github.payloads import TOO_LARGE
from app.model.plan import InputValue, Payload
from app.model.reasons.inputs import (
    InputExample,
    InputInvalid,
    InputMissing,
    InputReason,
    InputsMalformed,
    InputTwice,
    InputUnknown,
)

Declared = Mapping[str, InputConfig]

LONGEST_SHOWN = 100
"""Characters that people are shown of a wrong value or name."""

MOST_TOLD = 10
"""Unknown names that people are shown at most: a payload may have thousands."""

_MEANT = {"1": "true", "on": "true", "y": "true", "yes": "true"}
_MEANT |= {"0": "false", "off": "false", "n": "false", "no": "false"}


class Given(Struct, frozen=True, kw_only=True):
    """Inputs as they were given, by name; values are JSON, or text as it was typed.

    `twice` are names that were typed more than once. `in_payload`: they come from a deployment's
    payload; `malformed`: what it has there is no object, or was `too_large` to be kept. `checked`:
    they were accepted for this very deployment before, and are sent as they are. `unchosen` were
    defaults then; they are dropped if they are no longer declared or valid. `restored`: so are all
    others, and missing ones aren't asked for (a rollback).
    """

    values: Mapping[str, Json] = {}
    twice: tuple[str, ...] = ()
    in_payload: bool = False
    malformed: bool = False
    too_large: bool = False
    checked: bool = False
    unchosen: frozenset[str] = frozenset()
    restored: bool = False


class Resolved(Struct, frozen=True, kw_only=True):
    """The values of the inputs that a pipeline gets, or why they are refused.

    `chosen` are the names of those that aren't at their defaults.
    """

    values: dict[str, InputValue]
    chosen: tuple[str, ...] = ()
    refusals: tuple[InputReason, ...] = ()


class _Envelope(Struct, frozen=True):
    inputs: Json = None


def resolve(declared: Declared, given: Given, *, environment: str, ref: str = "") -> Resolved:
    """The defaults, replaced by what was given and is valid.

    `environment` and `ref` are what a refusal's example is typed with; empty if not known.
    """
    if not given.checked:
        given = _kept(declared, given)
    defaults = {name: each.default for name, each in declared.items() if each.default is not None}
    values: dict[str, InputValue] = {**defaults, **_taken(declared, given)}
    chosen = tuple(name for name, value in values.items() if not _same(defaults.get(name), value))
    if given.checked or given.restored:
        return Resolved(values=values, chosen=chosen)
    reasons = [*_refused(declared, given, alone=not ref)]
    if reasons:
        example = InputExample(
            values=_example(declared, given),
            environment=environment,
            ref=ref,
            in_payload=given.in_payload,
        )
        reasons[-1] = structs.replace(reasons[-1], example=example)
    return Resolved(values=values, chosen=chosen, refusals=tuple(reasons))


def given_by(build: Build) -> Given:
    """The inputs that a deployment was created with; our own payloads hold accepted ones."""
    return _given(build.payload, ours=build.origin is Origin.OURS)


def given_in(deployment: Deployment, slug: str) -> Given:
    """The inputs of a deployment as GitHub lists it; `slug` is our App's."""
    return _given(deployment.payload, ours=origins.is_bot(deployment.creator, slug))


def again(given: Given) -> Given:
    """The inputs for a retry: those that were chosen must be valid now."""
    return Given(
        values=given.values,
        unchosen=given.unchosen,
        in_payload=given.malformed,
        malformed=given.malformed,
        too_large=given.too_large,
    )


def restored(given: Given) -> Given:
    """The inputs for a rollback: those that are no longer declared are dropped, not refused."""
    return Given(values=given.values, unchosen=frozenset(given.values), restored=True)


def _given(payload: str, *, ours: bool) -> Given:
    if ours:
        said = origins.payload_in(payload) or Payload(request="", trigger="")
        unchosen = frozenset(said.inputs) - frozenset(said.chosen)
        return Given(values=dict(said.inputs), checked=True, unchosen=unchosen)
    if payload == TOO_LARGE:
        return Given(in_payload=True, malformed=True, too_large=True)
    inputs = _payload_inputs(payload)
    if inputs is None or isinstance(inputs, Mapping):
        return Given(values=inputs or {}, in_payload=True)
    return Given(in_payload=True, malformed=True)


def _payload_inputs(payload: str) -> Json:
    """The `inputs` of a payload; `gh api -f payload='{…}'` sends text that holds the object.

    https://docs.github.com/en/rest/deployments/deployments#create-a-deployment
    """
    try:
        if payload.startswith('"'):
            payload = msgspec.json.decode(payload, type=str)
        return msgspec.json.decode(payload or "{}", type=_Envelope).inputs
    except (msgspec.MsgspecError, RecursionError):
        return None


def _kept(declared: Declared, given: Given) -> Given:
    """The inputs without former defaults that are no longer declared or valid."""
    values = {
        name: value
        for name, value in given.values.items()
        if name not in given.unchosen
        or (name in declared and declared[name].value(value) is not None)
    }
    return structs.replace(given, values=values)


def _taken(declared: Declared, given: Given) -> dict[str, InputValue]:
    if given.checked:
        return {
            name: value for name, value in given.values.items() if isinstance(value, InputValue)
        }
    read = {
        name: declared[name].value(value)
        for name, value in given.values.items()
        if name in declared
    }
    return {name: value for name, value in read.items() if value is not None}


def _same(one: InputValue | None, other: InputValue) -> bool:
    """Whether two values are the same in JSON, where `true` isn't 1."""
    return type(one) is type(other) and one == other


def _refused(declared: Declared, given: Given, *, alone: bool) -> Iterator[InputReason]:
    """Why inputs are refused, unknown names first: an example follows the last reason."""
    if given.malformed:
        yield InputsMalformed(too_large=given.too_large)
    known = tuple(declared)
    unknown = [name for name in given.values if name not in declared]
    for name in unknown[:MOST_TOLD]:
        value = given.values[name]
        yield InputUnknown(
            input=name[:LONGEST_SHOWN],
            closest=closest(name, known) or "",
            known=known,
            value="" if given.in_payload else str(value),
            alone=alone and not given.in_payload,
        )
    yield from (InputTwice(input=name) for name in given.twice if name in declared)
    for name, value in given.values.items():
        each = declared.get(name)
        if each is not None and name not in given.twice and not _takes(each, value):
            yield InputInvalid(
                input=name, type=each.type, value=_shown(value), options=each.options
            )
    for name, each in declared.items():
        if each.default is None and name not in given.values:
            yield InputMissing(
                input=name, type=each.type, options=each.options, description=each.description
            )


def _takes(declared: InputConfig, value: Json) -> bool:
    """Whether the value is valid; an empty text isn't if there is no default."""
    if value == "" and declared.default is None:
        return False
    return declared.value(value) is not None


def _shown(value: Json) -> str:
    """The start of a value, as people are shown it."""
    if isinstance(value, str):
        return value[:LONGEST_SHOWN]
    try:
        return msgspec.json.encode(value)[:LONGEST_SHOWN].decode(errors="ignore")
    except (msgspec.MsgspecError, RecursionError, OverflowError):
        return ""


def _example(declared: Declared, given: Given) -> dict[str, InputValue]:
    """The inputs as they should have been typed."""
    values: dict[str, InputValue] = {}
    for name, value in given.values.items():
        meant = name if name in declared else closest(name, declared) or ""
        if meant in declared:
            values.setdefault(meant, _valid(declared[meant], value))
    for name, each in declared.items():
        if each.default is None:
            values.setdefault(name, _valid(each, None))
    if not values and declared:
        name, each = next(iter(declared.items()))
        return {name: _valid(each, None)}
    return values


def _valid(declared: InputConfig, given: Json) -> InputValue:
    """The value if it is valid, else a similar one that is."""
    taken = declared.value(given)
    if taken is not None and taken != "":
        return taken
    typed = given if isinstance(given, str) else ""
    match declared.type:
        case "boolean":
            return _MEANT.get(typed.lower(), "true") == "true"
        case "integer":
            return 1 if declared.default is None else declared.default
        case "enum":
            return closest(typed, declared.options) or declared.options[0]
        case _:
            return declared.default or "text"
