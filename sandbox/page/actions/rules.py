"""The action that changes the shop's `.github/deploybot.yml`, on main or in a pull request."""

from dataclasses import dataclass

from sandbox.page.actions.asked import Action, Impossible, Json, flag, login, text
from sandbox.page.actions.github import free_branch
from sandbox.page.code import RULES, rules_of
from sandbox.world import World

MESSAGE = "Change the deployment rules"
BRANCH = "deployment-rules"


@dataclass(frozen=True, kw_only=True)
class InTheFile:
    """The action on the configuration file, which it replaces as a whole."""

    world: World

    def actions(self) -> dict[str, Action]:
        """The actions by name."""
        return {"rules": self.change}

    async def change(self, body: Json) -> str:
        """Commit the file's new text to main, or open a pull request with it."""
        author, written = login(body), text(body, "text")
        repository = self.world.github.state.repository(self.world.repository)
        main, files = repository.default_branch, {RULES: written}
        if written == rules_of(repository):
            raise Impossible(f"That is what {main} has already.")
        if flag(body, "pull_request"):
            branch = free_branch(repository, BRANCH)
            pull = self.world.github.open_pull_request(
                self.world.repository, branch, title=MESSAGE, author=author, files=files
            )
            return f"{author} opened pull request #{pull.number} with the new rules."
        self.world.github.push(
            self.world.repository, main, message=MESSAGE, author=author, files=files
        )
        return f"{author} changed the rules on {main}."
