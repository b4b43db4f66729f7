"""What is done at CircleCI: what comes next, and what people do on its page."""

from dataclasses import dataclass

from sandbox.page.actions.asked import Action, Impossible, Json, flag, person, text
from sandbox.page.plan import Plan
from sandbox.world import World


@dataclass(frozen=True, kw_only=True)
class OnCircleCI:
    """The plan, and each pipeline's buttons."""

    world: World
    plan: Plan

    def actions(self) -> dict[str, Action]:
        """By their names."""
        return {"plan": self.plan_next, "pipeline": self.pipeline}

    async def plan_next(self, body: Json) -> str:
        """Say what the next build, or a push's next tests, come to."""
        self.plan.set(fail=flag(body, "fail"), hold=flag(body, "hold"))
        self.plan.set_tests(fail=flag(body, "tests_fail"), stall=flag(body, "tests_stall"))
        return ""

    async def pipeline(self, body: Json) -> str:
        """Approve, cancel or rerun a pipeline on CircleCI's page, or let one go on that hangs."""
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
