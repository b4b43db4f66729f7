"""How much of a deployment's payload we keep: other people's may have any size (pure)."""

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

LONGEST_PAYLOAD = 64 * 1024
"""Most characters of a payload that are kept; ours are far smaller."""

TOO_LARGE = '{"inputs":"too large"}'
"""Kept instead of a payload whose inputs are too large; as text, they are refused later on."""


class _Used(Struct, frozen=True, omit_defaults=True):
    """The parts of a payload that we use."""

    inputs: Raw | UnsetType = UNSET
    deploybot: Raw | UnsetType = UNSET


def kept_payload(payload: str) -> str:
    """A payload (JSON text) as it is, or if it is large, only the parts that we use.

    A payload may also be a JSON string that contains an object, as `gh api -f payload='{…}'` sends.
    """
    if len(payload) <= LONGEST_PAYLOAD:
        return payload
    try:
        if payload.startswith('"'):
            payload = msgspec.json.decode(payload, type=str)
        used = msgspec.json.decode(payload, type=_Used)
    except msgspec.MsgspecError:
        return ""
    except RecursionError:
        return TOO_LARGE
    kept = msgspec.json.encode(used).decode()
    return kept if len(kept) <= LONGEST_PAYLOAD else TOO_LARGE
