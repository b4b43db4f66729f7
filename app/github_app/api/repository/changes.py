"""The commits between two commits, with the pull requests that brought them.

https://docs.github.com/en/rest/commits/commits#compare-two-commits
"""

from functools import partial

from msgspec import Struct

from app.errors import Refused
from app.github_app.api import queries
from app.github_app.api.access import Access, in_time, path_of
from app.github_app.api.repository.comparisons import read_comparison
from app.github_app.api.shapes.rest import Account
from app.github_app.api.shapes.survey import CommitOfRepository
from app.github_app.client.connection import Connection
from app.model import Json
from app.model.github.commit import Commit, IncomingCommit, PullRequest
from app.model.plan import RepositoryRef


class _Author(Struct, frozen=True):
    name: str = ""


class _Written(Struct, frozen=True):
    message: str = ""
    author: _Author | None = None


class _Commit(Struct, frozen=True):
    sha: str
    commit: _Written
    author: Account | None = None

    def known(self) -> Commit:
        account = self.author or Account()
        written = self.commit.author or _Author()
        return Commit(
            sha=self.sha,
            message=self.commit.message,
            author_name=written.name,
            author_login=account.login or None,
            author_id=account.id,
        )


class _Page(Struct, frozen=True):
    commits: list[_Commit] = []


class Changes(Access):
    """Lists the commits that one commit contains and another does not."""

    @in_time
    async def changes(
        self, ref: RepositoryRef, *, base: str, head: str, ahead: int, most: int
    ) -> list[IncomingCommit]:
        """The newest commits that `head` contains and `base` does not, newest first.

        `ahead` is how many there are, `most` how many are wanted. Takes one or two pages of a
        comparison, and one query for the pull requests.
        """
        found = await self.run_on(ref, partial(_newest, base, head, ahead, most))
        try:
            pulls = await self.run_on(ref, partial(_pulls, [one.sha for one in found]))
        except Refused:  # the commits are worth showing without them, too
            pulls = {}
        return [IncomingCommit(commit=one, pull_request=pulls.get(one.sha)) for one in found]


async def _newest(
    base: str, head: str, ahead: int, most: int, connection: Connection, ref: RepositoryRef
) -> list[Commit]:
    """GitHub lists the oldest first, so the newest are on the last two pages."""
    last = max(1, -(-ahead // most))
    commits: list[_Commit] = []
    for page in range(max(1, last - 1), last + 1):
        found = await read_comparison(connection, ref, base, head, _Page, page=page, per_page=most)
        commits += found.commits
    return [one.known() for one in reversed(commits)][:most]


async def _pulls(
    shas: list[str], connection: Connection, ref: RepositoryRef
) -> dict[str, PullRequest]:
    """The pull request of each commit, by SHA, if there is one and GitHub shows it."""
    if not shas:
        return {}
    path = path_of(ref.full_name)
    variables: dict[str, Json] = {"owner": path["owner"], "name": path["repo"]}
    variables |= {f"s{index}": sha for index, sha in enumerate(shas)}
    shape = dict[str, CommitOfRepository | None]
    answer = await connection.query(queries.pulls_of(len(shas)), variables, shape)
    commits = [one.object for one in answer.data.values() if one is not None]
    return {one.oid: one.pulls[0].pull_request() for one in commits if one and one.pulls}
