"""What the next deployment's build will come to."""

from dataclasses import dataclass
from typing import Any

from sandbox.circleci import CircleCIStandIn
from sandbox.circleci.state import Course

FAILS_AT = "migrate"
"""The job that fails when the next build is to fail."""


@dataclass(kw_only=True)
class Plan:
    """The next build's course at CircleCI, until a pipeline takes it."""

    circleci: CircleCIStandIn
    _course: Course | None = None

    def set(self, *, fail: bool | None = None, hold: bool | None = None) -> None:
        """Let the next build fail, or wait for approval, or not after all."""
        course = self._course if self._course is not None and not self._taken() else None
        if course is None:
            course = self._course = self.circleci.next_pipeline()
        if fail is not None:
            course.fail_at = FAILS_AT if fail else ""
        if hold is not None:
            course.hold = hold

    def shown(self) -> dict[str, Any]:
        """For the page."""
        course = self._course
        if course is None or self._taken():
            return {"fail": False, "hold": False}
        return {"fail": bool(course.fail_at), "hold": course.hold}

    def _taken(self) -> bool:
        return any(pipeline.course is self._course for pipeline in self.circleci.pipelines)
