"""Makes CircleCI refuse calls for a while: lost projects and pipelines, token, permissions."""

import json
import re
import time

from sandbox.circleci.state import short_slug
from sandbox.core.faults import Fault, Faults


class Outages:
    """Refusals that last `seconds`; after that everything is as before."""

    faults: Faults

    def lose_project(self, slug: str, seconds: float) -> Fault:
        """Answer 404 to everything about a project, as CircleCI does when it stops following it."""
        provider, _, rest = short_slug(slug).partition("/")
        long = {"gh": "(gh|github)", "bb": "(bb|bitbucket)"}.get(provider, provider)
        names = f"{long}/{re.escape(rest)}"
        return self._refuse(f"/project/{names}(/|$)", 404, "Project not found", seconds)

    def lose_pipelines(self, seconds: float) -> list[Fault]:
        """Answer 404 to every pipeline and workflow asked for by its id."""
        return [
            self._refuse("/pipeline/[0-9a-f-]{36}", 404, "Pipeline not found", seconds),
            self._refuse("/workflow/[0-9a-f-]{36}", 404, "Workflow not found", seconds),
        ]

    def refuse_token(self, seconds: float) -> Fault:
        """Answer 401 to every call, as for a token that was revoked or has expired."""
        return self._refuse("^", 401, "Invalid token provided.", seconds)

    def forbid(self, match: str, seconds: float) -> Fault:
        """Answer 403 to calls whose `METHOD /path` matches, as for a token without permission."""
        return self._refuse(match, 403, "Forbidden", seconds)

    def _refuse(self, match: str, status: int, message: str, seconds: float) -> Fault:
        return self.faults.add(
            match,
            times=None,
            status=status,
            body=json.dumps({"message": message}),
            headers={"Content-Type": "application/json; charset=utf-8"},
            until=time.monotonic() + seconds,
        )
