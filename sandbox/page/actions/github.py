"""Actions on GitHub: push, tag, work on pull requests, deploy through the API."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.github.records import PullRequest, Repository
from sandbox.page.actions.asked import Action, Impossible, Json, login, number, person, text
from sandbox.world import PEOPLE, World

CHANGES = (
    "Round refunds to the cent",
    "Show delivery times",
    "Remember the cart",
    "Search hats by colour",
    "Send receipts at once",
    "Tidy the checkout",
)
FEATURES = ("gift-cards", "wish-lists", "hat-sizes", "store-finder", "loyalty-points")
REVIEWS = ("Answer the review", "Fix the tests", "Tidy up")

BY_HAND = "staging"
"""The environment of a deployment that a person makes through GitHub's API."""


@dataclass(frozen=True, kw_only=True)
class OnGitHub:
    """The actions on GitHub, done with the login of the person who acts."""

    world: World
    _changes: Iterator[str] = field(default_factory=lambda: itertools.cycle(CHANGES))
    _features: Iterator[str] = field(default_factory=lambda: itertools.cycle(FEATURES))
    _reviews: Iterator[str] = field(default_factory=lambda: itertools.cycle(REVIEWS))

    def actions(self) -> dict[str, Action]:
        """The actions by name."""
        return {
            "push": self.push,
            "pull_request": self.pull_request,
            "push_to_pull": self.push_to_pull,
            "comment": self.comment,
            "close_pull": self.close_pull,
            "merge_pull": self.merge_pull,
            "tag": self.tag,
            "deploy": self.deploy,
        }

    async def push(self, body: Json) -> str:
        """Push a commit to main."""
        return await self.push_as(person(body))

    async def push_as(self, user: str) -> str:
        """Push a commit to main as the person with that short name."""
        return self._push(self._repository.default_branch, next(self._changes), PEOPLE[user])

    async def pull_request(self, body: Json) -> str:
        """Open a pull request from a new branch."""
        author, feature = login(body), next(self._features)
        branch = free_branch(self._repository, feature)
        title = f"Add {feature.replace('-', ' ')}"
        pull = self.world.github.open_pull_request(
            self.world.repository, branch, title=title, author=author
        )
        return f"{author} opened pull request #{pull.number} from {branch}."

    async def push_to_pull(self, body: Json) -> str:
        """Push a commit to an open pull request's branch."""
        author, pull = login(body), self._open_pull(body)
        return self._push(pull.head_ref, next(self._reviews), author)

    async def comment(self, body: Json) -> str:
        """Write a comment on an open pull request."""
        who, pull, written = login(body), self._open_pull(body), text(body, "text").strip()
        if not written:
            raise Impossible("There is nothing to say.")
        self.world.github.person_comments(self.world.repository, pull.number, written, who)
        return ""

    async def close_pull(self, body: Json) -> str:
        """Close a pull request without merging it."""
        who, pull = login(body), self._open_pull(body)
        self.world.github.close_pull_request(self.world.repository, pull.number, who)
        return f"{who} closed #{pull.number} without merging it."

    async def merge_pull(self, body: Json) -> str:
        """Merge a pull request into main."""
        who, pull = login(body), self._open_pull(body)
        try:
            self.world.github.merge_pull_request(self.world.repository, pull.number, who)
        except ValueError as error:
            raise Impossible(f"#{pull.number} conflicts with {pull.base_ref}.") from error
        return f"{who} merged #{pull.number} into {pull.base_ref}."

    async def tag(self, body: Json) -> str:
        """Tag the head of main with the next version."""
        who, name = login(body), next_version(self._repository.tags)
        self.world.github.tag(self.world.repository, name, login=who)
        return f"{who} tagged {self._repository.default_branch} as {name}."

    async def deploy(self, body: Json) -> str:
        """Make a deployment on GitHub, as a person does with `gh api`."""
        who, branch = login(body), self._repository.default_branch
        deployment = self.world.github.person_deploys(self.world.repository, BY_HAND, branch, who)
        return f"{who} made deployment {deployment.id} of {branch} to {BY_HAND} with gh api."

    def _push(self, branch: str, message: str, author: str) -> str:
        sha = self.world.github.push(self.world.repository, branch, message=message, author=author)
        return f"{author} pushed {sha[:7]} to {branch}."

    def _open_pull(self, body: Json) -> PullRequest:
        pull = self._repository.issues.get(number(body, "number"))
        if pull is None or pull.is_issue or pull.state != "open":
            raise Impossible("That pull request is not open any more.")
        return pull

    @property
    def _repository(self) -> Repository:
        return self.world.github.state.repository(self.world.repository)


def free_branch(repository: Repository, name: str) -> str:
    """`name`, with a number added if there is a branch of that name already."""
    names = itertools.chain([name], (f"{name}-{count}" for count in itertools.count(2)))
    return next(one for one in names if one not in repository.branches)


def next_version(tags: Any) -> str:
    """The tag after the highest `v<major>.<minor>.<patch>`."""
    versions = [
        tuple(map(int, found.groups()))
        for name in tags
        if (found := re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)", name))
    ]
    major, minor, patch = max(versions, default=(1, 0, -1))
    return f"v{major}.{minor}.{patch + 1}"
