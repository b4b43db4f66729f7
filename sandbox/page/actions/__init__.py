"""What people do on the page: a table of actions by name, made from one file for each place."""

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
    """Every place in which something can be done."""

    slack: InSlack
    github: OnGitHub
    rules: InTheFile
    circleci: OnCircleCI
    running: OfTheSandbox

    def all(self) -> dict[str, Action]:
        """Every action by its name; it returns what happened, in a sentence, or nothing."""
        return {
            **self.slack.actions(),
            **self.github.actions(),
            **self.rules.actions(),
            **self.circleci.actions(),
            **self.running.actions(),
        }
