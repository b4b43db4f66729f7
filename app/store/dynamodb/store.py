"""The distributed engine: DynamoDB, which several processes can share."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from app.model.ask import Ask
from app.model.build import Build, BuildKey
from app.model.note import Note
from app.model.project import Project, User
from app.model.slot import Slot, SlotChange
from app.ports import Key, Leased
from app.store.codec import ASKS, BUILDS, KINDS, adopted
from app.store.dynamodb import bindings, forgetting, lookups, records
from app.store.dynamodb.calls import Calls, connect
from app.store.dynamodb.notes import Notes
from app.store.dynamodb.writes import Writes


class DynamoDBStore:
    """`app.ports.Store` on five tables of one region."""

    def __init__(self, writes: Writes, resources: AsyncExitStack) -> None:
        self._writes = writes
        self._resources = resources

    @classmethod
    async def open(cls, region: str, prefix: str, *, lease_seconds: float) -> "DynamoDBStore":
        """Make a client, configured by the AWS SDK's usual variables; the first call connects."""
        resources = AsyncExitStack()
        client = await resources.enter_async_context(connect(region, lease_seconds))
        calls = Calls(client, prefix, budget=lease_seconds / 4)
        return cls(Writes(calls), resources)

    async def close(self) -> None:
        """Close the connections."""
        await self._resources.aclose()

    async def ping(self) -> None:
        """Try a write to every table, on a condition that never holds."""
        await asyncio.gather(*(lookups.probe(self._writes, kind) for kind in KINDS))

    async def note(self, note: Note) -> None:
        """One upsert without a read."""
        await Notes(self._writes, self._writes.calls.intake).write(note)

    async def add_ask(self, ask: Ask) -> bool:
        """Record an ask, due at once; False if its id is known."""
        return await records.add_ask(self._writes, ask)

    async def wake_ask(self, ask_id: str) -> None:
        """Count an event on an ask and make it due at once, if it is known."""
        await records.wake_ask(self._writes, ask_id)

    async def adopt(self, build: Build) -> None:
        """Create a build, or fill what the stored one lacks; due at once."""
        await Notes(self._writes, self._writes.calls.write).write(adopted(build))

    async def due(self, now: float, limit: int) -> list[Key]:
        """Keys due at `now`, the longest due first."""
        return await lookups.due(self._writes, now, limit)

    async def build(self, key: BuildKey) -> Build | None:
        """A build, read consistently."""
        return await records.read(self._writes, BUILDS, key)

    async def ask(self, ask_id: str) -> Ask | None:
        """An ask, read consistently."""
        return await records.read(self._writes, ASKS, (ask_id,))

    async def take(self, before: Leased, holder: str) -> Leased:
        """Take or take over; raises `Conflict` if the version moved."""
        return await records.take(self._writes, before, holder)

    async def save(
        self, before: Leased, after: Leased, *, slot: SlotChange | None = None
    ) -> Leased:
        """Write and keep the lease."""
        return await records.save(self._writes, before, after, slot)

    async def finish(
        self,
        before: Leased,
        after: Leased,
        *,
        due_at: float | None,
        slot: SlotChange | None = None,
        wake: Sequence[BuildKey] = (),
    ) -> Leased:
        """Write and give the lease back."""
        return await records.finish(self._writes, before, after, due_at, slot, wake)

    async def forget_asks(self, before: float, most: int) -> int:
        """Delete asks that are over, one after the other."""
        return await forgetting.forget_asks(self._writes, before, most)

    async def forget_external(self, before: float, most: int) -> int:
        """Delete builds that others ran, one after the other."""
        return await forgetting.forget_external(self._writes, before, most)

    async def slot(self, repository_id: int, environment: str) -> Slot:
        """A slot, read consistently."""
        return await records.slot(self._writes, repository_id, environment)

    async def slots(self, repository_id: int) -> list[Slot]:
        """Every slot of a repository, read consistently."""
        return await lookups.slots(self._writes, repository_id)

    async def change_slot(self, change: SlotChange, *, wake: Sequence[BuildKey] = ()) -> None:
        """Write a slot; raises `Conflict` if its version moved."""
        await records.change_slot(self._writes, change, wake)

    async def build_of_pipeline(self, pipeline_id: str) -> BuildKey | None:
        """The build that a pipeline belongs to."""
        return await lookups.build_of_pipeline(self._writes, pipeline_id)

    async def build_of_deployment(self, deployment_id: int) -> BuildKey | None:
        """The build of a deployment whose repository is not known."""
        return await lookups.build_of_deployment(self._writes, deployment_id)

    async def builds_waiting_for(self, repository_id: int, sha: str) -> list[BuildKey]:
        """The builds that wait for checks of a commit."""
        return await lookups.builds_waiting_for(self._writes, repository_id, sha)

    async def asks_waiting_for(self, repository_id: int, sha: str) -> list[str]:
        """The asks that are decided again when the checks of a commit change."""
        return await lookups.asks_waiting_for(self._writes, repository_id, sha)

    async def builds_guarding(self, project: str) -> list[BuildKey]:
        """The builds that may have a pipeline of this project that nobody recorded."""
        return await lookups.builds_guarding(self._writes, project)

    async def bind(self, project: Project) -> Project:
        """Bind, or the binding that is in the way."""
        return await bindings.bind(self._writes, project)

    async def unbind(self, slack_channelid: str) -> Project | None:
        """Forget a binding."""
        return await bindings.projects_of(self._writes).forget(slack_channelid)

    async def update_project(self, before: Project, after: Project) -> Project:
        """Change or move a binding; raises `Conflict` if it was changed meanwhile."""
        return await bindings.update_project(self._writes, before, after)

    async def project_of_channel(self, slack_channelid: str) -> Project | None:
        """A channel's binding."""
        return await bindings.projects_of(self._writes).get(slack_channelid)

    async def project_of_repository(self, repository_id: int) -> Project | None:
        """A repository's binding."""
        return await bindings.projects_of(self._writes).owner(repository_id)

    async def projects(self) -> list[Project]:
        """All bindings."""
        return await bindings.projects(self._writes)

    async def link(self, user: User) -> User:
        """Link, or the link that is in the way."""
        return await bindings.link(self._writes, user)

    async def unlink(self, slack_userid: str) -> User | None:
        """Forget a link."""
        return await bindings.users_of(self._writes).forget(slack_userid)

    async def user_of_slack(self, slack_userid: str) -> User | None:
        """A person's link."""
        return await bindings.users_of(self._writes).get(slack_userid)

    async def users_of_github(self, github_user_ids: Sequence[int]) -> Mapping[int, User]:
        """The linked ones among GitHub users."""
        return await bindings.users(self._writes, github_user_ids)
