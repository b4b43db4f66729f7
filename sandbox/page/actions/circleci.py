"""Actions at CircleCI: plan how the next pipeline ends, and press the buttons of its page."""

from dataclasses import dataclass

from sandbox.page.actions.asked import Action, Impossible, Json, flag, person, text
from sandbox.page.plan import Plan
from sandbox.world import World


@dataclass(frozen=True, kw_only=True)
class OnCircleCI:
    """The actions at CircleCI."""

    world: World
    plan: Plan

    def actions(self) -> dict[str, Action]:
        """The actions by name."""
        return {"plan": self.plan_next, "pipeline": self.pipeline}

    async def plan_next(self, body: Json) -> str:
        """Plan how the next build, or the next push's tests, will end."""
        self.plan.set(fail=flag(body, "fail"), hold=flag(body, "hold"))
        self.plan.set_tests(fail=flag(body, "tests_fail"), stall=flag(body, "tests_stall"))
        return ""

    async def pipeline(self, body: Json) -> str:
        """Approve, cancel or rerun a pipeline, or let one that hangs go on."""
        user, what, key = person(body), text(body, "do"), text(body, "id")
        name = self.world.slack.workspace.user(user).real_name
        circleci = self.world.circleci
        try:
            if what == "approve":
                circleci.approve_in_page(key, name)
            elif what == "cancel":
                circleci.cancel_in_page(key, name)
            elif what == "rerun":
                circleci.rerun(key)
            elif what == "resume":
                circleci.resume(circleci.pipeline(key))
            else:
                raise Impossible(f"A pipeline cannot {what}.")
        except LookupError as error:
            raise Impossible("There is no such pipeline.") from error
        return ""
