"""What is kept of a deployment's payload: somebody else's may be of any size (pure)."""

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

LONGEST_PAYLOAD = 64 * 1024
"""Characters of a payload that are kept; ours is far smaller."""

TOO_LARGE = '{"inputs":"too large"}'
"""Kept of a payload whose inputs alone are too large: no text is what they may be."""


class _Used(Struct, frozen=True, omit_defaults=True):
    """The parts of a payload that mean something here."""

    inputs: Raw | UnsetType = UNSET
    deploybot: Raw | UnsetType = UNSET


def kept_payload(payload: str) -> str:
    """JSON text as it is; of a large one what is used, or that this alone is too large.

    `gh api -f payload='{…}'` makes text of an object that is an object still.
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
