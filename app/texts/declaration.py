"""The lines of `.circleci/config.yml` that declare pipeline parameters.

https://circleci.com/docs/pipeline-variables/
"""

from collections.abc import Sequence

from app.model.reasons.ci import CIParameter
from app.texts.markup import words

ALWAYS_SENT = (CIParameter(name="deployment_id"), CIParameter(name="sha"))
"""Every deployment sends these; shown if CircleCI doesn't say which parameters are missing."""

MOST = 20
"""At most so many parameters are shown."""

_DEFAULTS = {"string": '""', "boolean": "false", "integer": "0"}


def declaration(parameters: Sequence[CIParameter]) -> str:
    """The lines as a code block (markup); the defaults apply to pipelines that a push starts."""
    declared = (
        f"  {words(each.name)}: {{type: {each.type}, default: {_DEFAULTS[each.type]}}}"
        for each in (parameters or ALWAYS_SENT)[:MOST]
    )
    lines = "\n".join(("parameters:", *declared))
    return f"```{lines}```"
