"""The lines of `.circleci/config.yml` that declare parameters."""

from collections.abc import Sequence

from app.model.reasons.ci import CIParameter
from app.texts.markup import words

ALWAYS_SENT = (CIParameter(name="deployment_id"), CIParameter(name="sha"))
"""What surely is missing where it is not told what is."""

MOST = 20
"""Parameters that are shown."""

_DEFAULTS = {"string": '""', "boolean": "false", "integer": "0"}


def declaration(parameters: Sequence[CIParameter]) -> str:
    """The lines, as a block of code; ordinary pushes get the defaults."""
    declared = (
        f"  {words(each.name)}: {{type: {each.type}, default: {_DEFAULTS[each.type]}}}"
        for each in (parameters or ALWAYS_SENT)[:MOST]
    )
    lines = "\n".join(("parameters:", *declared))
    return f"```{lines}```"
