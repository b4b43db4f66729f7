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
from app.store.codec import ASKS, BUILDS, KINDS
from app.store.dynamodb import bindings, forgetting, lookups, records
from app.store.dynamodb.calls import Calls, connect
from app.store.dynamodb.notes import Notes
from app.store.dynamodb.writes import Writes
from app.store.notes import completing_note


class DynamoDBStore:
    """`app.ports.Store` on five tables of one region; the protocol describes the methods."""

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
        await Notes(self._writes, self._writes.calls.intake).write(note)

    async def add_ask(self, ask: Ask) -> bool:
        return await records.add_ask(self._writes, ask)

    async def wake_ask(self, ask_id: str) -> None:
        await records.wake_ask(self._writes, ask_id)

    async def adopt(self, build: Build) -> None:
        await Notes(self._writes, self._writes.calls.write).write(completing_note(build))

    async def due(self, now: float, limit: int) -> list[Key]:
        return await lookups.due(self._writes, now, limit)

    async def build(self, key: BuildKey) -> Build | None:
        return await records.read(self._writes, BUILDS, key)

    async def ask(self, ask_id: str) -> Ask | None:
        return await records.read(self._writes, ASKS, (ask_id,))

    async def take(self, before: Leased, holder: str) -> Leased:
        return await records.take(self._writes, before, holder)

    async def save(
        self, before: Leased, after: Leased, *, slot: SlotChange | None = None
    ) -> Leased:
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
        return await records.finish(self._writes, before, after, due_at, slot, wake)

    async def forget_asks(self, before: float, most: int) -> int:
        return await forgetting.forget_asks(self._writes, before, most)

    async def forget_external(self, before: float, most: int) -> int:
        return await forgetting.forget_external(self._writes, before, most)

    async def slot(self, repository_id: int, environment: str) -> Slot:
        return await records.slot(self._writes, repository_id, environment)

    async def slots(self, repository_id: int) -> list[Slot]:
        return await lookups.slots(self._writes, repository_id)

    async def change_slot(self, change: SlotChange, *, wake: Sequence[BuildKey] = ()) -> None:
        await records.change_slot(self._writes, change, wake)

    async def build_of_pipeline(self, pipeline_id: str) -> BuildKey | None:
        return await lookups.build_of_pipeline(self._writes, pipeline_id)

    async def build_of_deployment(self, deployment_id: int) -> BuildKey | None:
        return await lookups.build_of_deployment(self._writes, deployment_id)

    async def builds_waiting_for(self, repository_id: int, sha: str) -> list[BuildKey]:
        return await lookups.builds_waiting_for(self._writes, repository_id, sha)

    async def asks_waiting_for(self, repository_id: int, sha: str) -> list[str]:
        return await lookups.asks_waiting_for(self._writes, repository_id, sha)

    async def builds_guarding(self, project: str) -> list[BuildKey]:
        return await lookups.builds_guarding(self._writes, project)

    async def bind(self, project: Project) -> Project:
        return await bindings.bind(self._writes, project)

    async def unbind(self, slack_channelid: str) -> Project | None:
        return await bindings.projects_of(self._writes).forget(slack_channelid)

    async def update_project(self, before: Project, after: Project) -> Project:
        return await bindings.update_project(self._writes, before, after)

    async def project_of_channel(self, slack_channelid: str) -> Project | None:
        return await bindings.projects_of(self._writes).get(slack_channelid)

    async def project_of_repository(self, repository_id: int) -> Project | None:
        return await bindings.projects_of(self._writes).owner(repository_id)

    async def projects(self) -> list[Project]:
        return await bindings.projects(self._writes)

    async def link(self, user: User) -> User:
        return await bindings.link(self._writes, user)

    async def unlink(self, slack_userid: str) -> User | None:
        return await bindings.users_of(self._writes).forget(slack_userid)

    async def user_of_slack(self, slack_userid: str) -> User | None:
        return await bindings.users_of(self._writes).get(slack_userid)

    async def users_of_github(self, github_user_ids: Sequence[int]) -> Mapping[int, User]:
        return await bindings.users(self._writes, github_user_ids)
