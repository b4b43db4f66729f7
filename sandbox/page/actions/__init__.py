"""What people can do on the page: the actions by name, in one file for each place."""

from dataclasses import dataclass

from sandbox.page.actions.asked import Action, Impossible
from sandbox.page.actions.circleci import OnCircleCI
from sandbox.page.actions.github import OnGitHub
from sandbox.page.actions.rules import InTheFile
from sandbox.page.actions.running import OfTheSandbox
from sandbox.page.actions.slack import InSlack

__all__ = ["Action", "Actions", "Impossible"]


@dataclass(frozen=True, kw_only=True)
class Actions:
    """The actions of every place: Slack, GitHub, its configuration file, CircleCI, the sandbox."""

    slack: InSlack
    github: OnGitHub
    rules: InTheFile
    circleci: OnCircleCI
    running: OfTheSandbox

    def all(self) -> dict[str, Action]:
        """Every action by its name; an action returns what happened, in a sentence, or nothing."""
        return {
            **self.slack.actions(),
            **self.github.actions(),
            **self.rules.actions(),
            **self.circleci.actions(),
            **self.running.actions(),
        }
