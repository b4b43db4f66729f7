"""Who approved a deployment, and who may: by people's links, and by GitHub for lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import structs

from app.lifecycle.planning.gates.question import Asker, Consent
from app.lifecycle.planning.people.who_may import WhoMay
from app.model.build import Build
from app.model.build_parts import Approvers
from app.model.plan import Person, RepositoryRef, same_person
from app.model.project import User
from app.ports import Bindings

MOST_NAMED = 5
"""People that one reply mentions."""


@dataclass(frozen=True)
class Approving:
    """Looks people up as they are now: a link or an access that has ended doesn't count."""

    who_may: WhoMay
    bindings: Bindings

    async def consents(
        self,
        ref: RepositoryRef,
        build: Build | None,
        listed: tuple[str, ...],
        *,
        asked: Person | None,
    ) -> tuple[Consent, ...]:
        """A build's approvals, oldest first. `asked` requested it, `listed` may approve it."""
        given = build.approvals if build is not None else {}
        first_first = sorted(given, key=lambda key: (given[key].at, key))
        return tuple(
            [
                await self.consent(ref, given[key].by, listed, asked=asked, key=key)
                for key in first_first
            ]
        )

    async def consent(
        self,
        ref: RepositoryRef,
        by: Person,
        listed: tuple[str, ...],
        *,
        asked: Person | None,
        key: str = "",
    ) -> Consent:
        """One approval; raises `Unavailable` if GitHub has to be asked and doesn't answer."""
        asker = await self.who_may.asker(ref, by, [listed]) if listed else Asker()
        user = await self.bindings.user_of_slack(by.slack_userid) if by.slack_userid else None
        linked = structs.replace(
            by,
            login=user.github_username if user else None,
            github_id=user.github_user_id if user else None,
        )
        lacks = await self._lacks(by, user, asked or Person())
        return Consent(key=key, by=linked, asker=asker, lacks=lacks)

    async def _lacks(
        self, by: Person, user: User | None, asked: Person
    ) -> Literal["", "link", "proof"]:
        """What it takes to tell `by`, linked as `user`, from who asked on GitHub.

        If links can be verified, an unverified one tells nothing: people may claim a login that
        isn't theirs, or leave their own to somebody else.
        """
        if not self.who_may.provable:
            return "" if user is not None or asked.slack_userid else "link"
        if user is not None and user.verified:
            return ""
        ids = [asked.github_id] if asked.github_id is not None else []
        theirs = (await self.bindings.users_of_github(ids)).values() if ids else ()
        others = (one for one in theirs if one.slack_userid != by.slack_userid)
        return "" if any(one.verified for one in others) else "proof"

    async def approvers(
        self, ref: RepositoryRef, listed: Sequence[str], *, besides: Person | None
    ) -> Approvers:
        """The people of a list that a reply can mention: their link is verified. Not `besides`."""
        found: dict[str, None] = {}
        for entry in listed:
            members = await self.who_may.members(ref, entry)
            users = await self.bindings.users_of_github([one.id for one in members])
            for user in users.values():
                by = Person(slack_userid=user.slack_userid, github_id=user.github_user_id)
                if user.verified and not same_person(besides, by):
                    found[user.slack_userid] = None
        people = tuple(found)
        return Approvers(people=people[:MOST_NAMED], more=len(people) > MOST_NAMED)
