"""Who asks, as far as that is proven, and which entries of a list include them.

Proof is a verified link, or a login that GitHub itself names, such as a deployment's creator.
Logins are resolved to GitHub's ids, and ids are compared: a renamed account keeps its link, and
somebody who takes over its old login doesn't get it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cachetools import TTLCache
from msgspec import Struct

from app.errors import Refused
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.gates.question import Asker
from app.model.github.repository import Collaborator
from app.model.plan import Person, RepositoryRef
from app.model.reasons.github import GitHubRefused
from app.ports import Bindings, Clock, GitHub

KEPT_FOR = 300.0
"""Seconds for which accounts, their permissions and teams' members are cached."""

TEAM = "team:"
MAY_PUSH = frozenset({"admin", "write"})


class _Proven(Struct, frozen=True, kw_only=True):
    """A proven account; without an `id` only if GitHub named the login and the id wasn't kept."""

    login: str
    id: int | None = None

    def is_(self, other: Collaborator) -> bool:
        if self.id is not None:
            return self.id == other.id
        return self.login.casefold() == other.login.casefold()


@dataclass(frozen=True)
class WhoMay:
    """Asks GitHub about the people and teams of a list. `provable`: links can be verified."""

    github: GitHub
    bindings: Bindings
    clock: Clock
    provable: bool = False
    _known: TTLCache[tuple[int, str], tuple[Collaborator, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known: TTLCache[tuple[int, str], tuple[Collaborator, ...]] = TTLCache(
            2000, KEPT_FOR, timer=self.clock.monotonic
        )
        object.__setattr__(self, "_known", known)

    async def of_request(
        self, ref: RepositoryRef, request: DeployRequest, lists: Iterable[tuple[str, ...]]
    ) -> Asker:
        """Who asks for a deployment; nothing is read if the lists are empty."""
        by = request.requester or Person()
        return await self.asker(ref, by, lists, on_github=request.on_github)

    async def asker(
        self,
        ref: RepositoryRef,
        by: Person,
        lists: Iterable[tuple[str, ...]],
        *,
        on_github: bool = False,
    ) -> Asker:
        """What the lists say of a person; `on_github`: GitHub itself tells who it is.

        Raises `Unavailable`.
        """
        named = [listed for listed in lists if listed]
        if not named:
            return Asker()
        proven = _by_github(by) if on_github else await self._by_link(by)
        if proven is None:
            return Asker(provable=self.provable)
        return await self._told(ref, proven, named)

    async def may_push(self, ref: RepositoryRef, by: Person) -> bool:
        """Whether a GitHub user may write to the repository. Raises `Unavailable`."""
        found = await self._people(ref, f"@{by.login}") if by.login else None
        proven = _by_github(by)
        return proven is not None and any(
            proven.is_(one) and one.permission in MAY_PUSH for one in found or ()
        )

    async def _by_link(self, by: Person) -> _Proven | None:
        """The person's GitHub account, if the link to it is verified."""
        user = await self.bindings.user_of_slack(by.slack_userid) if by.slack_userid else None
        if user is None or not user.verified or not self.provable:
            return None
        return _Proven(login=user.github_username, id=user.github_user_id)

    async def _told(
        self, ref: RepositoryRef, proven: _Proven, lists: Sequence[tuple[str, ...]]
    ) -> Asker:
        """What the entries say, the person's own login first, until every list includes them."""
        means, revoked, nobody, withheld = set[str](), set[str](), set[str](), set[str]()
        own = f"@{proven.login}".casefold()
        entries = dict.fromkeys(entry for listed in lists for entry in listed)
        for entry in sorted(entries, key=lambda one: one.casefold() != own):
            if all(not means.isdisjoint(listed) for listed in lists):
                break
            try:
                people = await self._people(ref, entry)
            except Refused as refused:
                if not _is_withheld(refused):
                    raise
                withheld.add(entry)
                continue
            if people is None:
                nobody.add(entry)
            found = next((one for one in people or () if proven.is_(one)), None)
            if found is not None:
                (means if _may(entry, found) else revoked).add(entry)
        return Asker(
            login=proven.login,
            means=frozenset(means),
            revoked=frozenset(revoked),
            nobody=frozenset(nobody),
            withheld=frozenset(withheld),
        )

    async def members(self, ref: RepositoryRef, entry: str) -> tuple[Collaborator, ...]:
        """The people that an entry allows; none if GitHub doesn't show them to us."""
        try:
            people = await self._people(ref, entry)
        except Refused as refused:
            if not _is_withheld(refused):
                raise
            return ()
        return tuple(one for one in people or () if _may(entry, one))

    async def _people(self, ref: RepositoryRef, entry: str) -> tuple[Collaborator, ...] | None:
        """The people of an entry; None if GitHub shows nobody, which isn't cached."""
        key = (ref.id, entry.casefold())
        known = self._known.get(key)
        if known is not None:
            return known
        if entry.startswith(TEAM):
            org, _, slug = entry.removeprefix(TEAM).partition("/")
            members = await self.github.team(ref, org, slug)
            found = None if members is None else tuple(members)
        else:
            person = await self.github.person(ref, entry.removeprefix("@"))
            found = None if person is None else (person,)
        if found is not None:
            self._known[key] = found
        return found


def _by_github(by: Person) -> _Proven | None:
    return _Proven(login=by.login, id=by.github_id) if by.login else None


def _may(entry: str, person: Collaborator) -> bool:
    return entry.startswith(TEAM) or person.permission in MAY_PUSH


def _is_withheld(refused: Refused) -> bool:
    """Whether we aren't allowed to see the team, whoever is in it."""
    return refused.status == 403 and isinstance(refused.reason, GitHubRefused)
