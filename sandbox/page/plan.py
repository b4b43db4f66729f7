"""Plans how the next deployment's build and the next push's tests will end."""

from dataclasses import dataclass, replace
from typing import Any

from sandbox.circleci.state import Course
from sandbox.world import World

FAILS_AT = "migrate"
"""The job that fails when the next build is to fail."""

TESTS_FAIL_AT = "test"
"""The job that fails when the next tests are to fail."""


@dataclass(kw_only=True)
class Plan:
    """The courses of the next build and of the next tests; each lasts until a pipeline takes it."""

    world: World
    _course: Course | None = None

    def set(self, *, fail: bool | None = None, hold: bool | None = None) -> None:
        """Switch on or off that the next build fails or waits for approval (None: no change)."""
        if fail is None and hold is None:
            return
        course = self._course if self._course is not None and not self._taken() else None
        if course is None:
            course = self._course = self.world.circleci.next_pipeline()
        if fail is not None:
            course.fail_at = FAILS_AT if fail else ""
        if hold is not None:
            course.hold = hold

    def break_next(self) -> None:
        """Let the next build fail."""
        self.set(fail=True)

    def set_tests(self, *, fail: bool | None = None, stall: bool | None = None) -> None:
        """Switch on or off that the next push's tests fail or stay pending (None: no change)."""
        if fail is None and stall is None:
            return
        course = self.world.next_tests or replace(self.world.tests or Course())
        if fail is not None:
            course.fail_at = TESTS_FAIL_AT if fail else ""
        if stall is not None:
            course.stall = stall
        self.world.next_tests = course

    def shown(self) -> dict[str, Any]:
        """The plan, as the page shows it."""
        build = Course() if self._course is None or self._taken() else self._course
        tests = self.world.next_tests or Course()
        return {
            "fail": bool(build.fail_at),
            "hold": build.hold,
            "tests_fail": bool(tests.fail_at),
            "tests_stall": tests.stall,
        }

    def _taken(self) -> bool:
        return any(one.course is self._course for one in self.world.circleci.pipelines)
