"""The people concerned by a deployment, with their Slack users if they are linked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec import structs

from app.lifecycle.planning.deploy_request import DeployRequest
from app.model.build import Build, Origin
from app.model.github.survey import Survey
from app.model.plan import Person
from app.model.project import User
from app.ports import Bindings


async def with_slack_user(bindings: Bindings, by: Person) -> Person:
    """A GitHub user, with their Slack user and name if they are linked."""
    user = await _linked(bindings, by.github_id)
    if user is None:
        return by
    return structs.replace(by, slack_userid=user.slack_userid, name=user.slack_username or by.name)


async def slack_names(bindings: Bindings, github_ids: Iterable[int | None]) -> Mapping[int, str]:
    """The Slack names of those GitHub users who are linked, by their ids on GitHub."""
    ids = {each for each in github_ids if each is not None}
    users = await bindings.users_of_github(sorted(ids)) if ids else {}
    return {github_id: user.slack_username for github_id, user in users.items()}


@dataclass(frozen=True)
class LinkedPeople:
    """Looks up the Slack users of people that GitHub names."""

    bindings: Bindings

    async def linked(self, request: DeployRequest, build: Build) -> DeployRequest:
        """The request with its requester's Slack user and name, if its creator is linked."""
        ours = build.origin is Origin.OURS
        if ours or build.creator_id is None or request.requester is None:
            return request
        by = structs.replace(request.requester, github_id=build.creator_id, slack_userid=None)
        return structs.replace(request, requester=await with_slack_user(self.bindings, by))

    async def committer(self, survey: Survey) -> Person | None:
        """Who wrote the commit, by their name in Slack if they are linked."""
        commit = survey.commit
        if commit is None or not (commit.author_login or commit.author_name):
            return None
        user = await _linked(self.bindings, commit.author_id)
        named = user.slack_username if user is not None else commit.author_name
        return Person(
            name=named or commit.author_login or "",
            login=commit.author_login,
            slack_userid=user.slack_userid if user else None,
            github_id=commit.author_id,
        )


async def _linked(bindings: Bindings, github_id: int | None) -> User | None:
    if github_id is None:
        return None
    return (await bindings.users_of_github([github_id])).get(github_id)
