"""What every reason has in common: a name that is stored, logged and looked up by."""

import re
from typing import ClassVar

from msgspec import Struct

from app.model.waiting import Wait

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CI = re.compile(r"^CI(?=[A-Z])")


def _name(class_name: str) -> str:
    """`ChecksFailed` as `checks_failed`; a provider's name counts as one word.

    What the CI says is told in sentences about CircleCI, and those are named after it.
    """
    plain = _CI.sub("Circleci", class_name).replace("GitHub", "Github")
    return _WORDS.sub("_", plain).lower()


class BaseReason(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag=_name, tag_field="name"
):
    """Why something was refused, waits or ended: facts alone.

    The sentence is made from it in `app/texts/failures` where somebody reads it. Stored as JSON
    it carries its `name` beside its fields. Texts of other people (names, messages of providers)
    are kept as they came: neither escaped nor shortened.

    Of a deployment that waits: `wait` is the clock by which it is given up, and `holds_all` says
    that no automatic deployment gets past, whatever its commit.
    """

    wait: ClassVar[Wait] = Wait.GATE
    holds_all: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The entry of the catalogue, such as `checks_failed`."""
        tag = type(self).__struct_config__.tag
        assert isinstance(tag, str)
        return tag


class OpensAt(BaseReason, frozen=True, kw_only=True):
    """What is waited for until a moment that is known: `until`, in epoch seconds."""

    until: float | None = None


class Linked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something with a name and, where it is known, a page."""

    name: str
    url: str = ""
