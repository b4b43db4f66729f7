"""What every reason has in common: a name that is stored, logged and looked up by."""

import re
from typing import ClassVar

from msgspec import Struct

from app.model.waiting import Wait

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CI = re.compile(r"^CI(?=[A-Z])")


def _name(class_name: str) -> str:
    """The name of a reason in the catalogue: `ChecksFailed` becomes `checks_failed`.

    A provider's name counts as one word. A leading `CI` becomes `circleci`, because the sentences
    of those reasons are about CircleCI.
    """
    plain = _CI.sub("Circleci", class_name).replace("GitHub", "Github")
    return _WORDS.sub("_", plain).lower()


class BaseReason(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag=_name, tag_field="name"
):
    """Why something was refused, waits or ended: typed facts, no sentence.

    `app/texts/failures` turns it into a sentence when somebody reads it. Its JSON form has its
    `name` next to its fields. Text from outside (people's names, providers' messages) is kept
    exactly as it was received, neither escaped nor shortened.

    For a deployment that waits: `wait` names the clock that decides when we give up on it, and
    `holds_all` means that no automatic deployment may start, whatever its commit.
    """

    wait: ClassVar[Wait] = Wait.GATE
    holds_all: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """Its name in the catalogue, such as `checks_failed`."""
        tag = type(self).__struct_config__.tag
        assert isinstance(tag, str)
        return tag


class OpensAt(BaseReason, frozen=True, kw_only=True):
    """A wait that ends at a known time: `until`, in epoch seconds."""

    until: float | None = None


class Linked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something with a name and, if known, the address of its page."""

    name: str
    url: str = ""
