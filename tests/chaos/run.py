"""One run: open the town, let the storm rage while people work, calm down, judge."""

import asyncio
import os
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.ports import Store
from app.store.opening import create_tables, open_store
from tests.chaos.approving import Approvers
from tests.chaos.controls import Controls
from tests.chaos.judging import Judge
from tests.chaos.ledger import Ledger
from tests.chaos.nights import Nights, unheard
from tests.chaos.people import People
from tests.chaos.plan import Plan
from tests.chaos.replicas import Replica, Replicas, clean_environ
from tests.chaos.stores import Place, store_place
from tests.chaos.town import Town, found, until
from tests.chaos.verdict import Verdict, reasons, shown_counts
from tests.chaos.weather import Weather
from tests.ports import free_port

STALE_DELIVERIES = 30.0
"""Seconds after which an event that was accepted is dropped from GitHub's record."""

UNLOCK_EVERY = 30.0
"""Seconds without rest after which people unlock what they had locked."""

PATIENT = 120.0
"""The lease of who reads the records in the end, in seconds: a call may take a quarter of it."""

Say = Callable[[str], None]


@dataclass(kw_only=True)
class Scene:
    """Everybody on the stage."""

    plan: Plan
    town: Town
    replicas: Replicas
    weather: Weather
    ledger: Ledger
    people: People
    controls: Controls
    approvers: Approvers
    nights: Nights
    say: Say
    began: float


async def run(plan: Plan, say: Say) -> Verdict:
    """Run once; `say` gets the lines of progress."""
    say(f"seed {plan.seed}, {plan.store}, {plan.replicas} replica(s), {plan.deployments} wishes")
    with (
        tempfile.TemporaryDirectory(prefix="chaos-") as name,
        store_place(plan.store, Path(name)) as place,
        _environ(place),
    ):
        await create_tables(place.url)
        async with stage(plan, place, Path(name), say) as scene:
            try:
                await _play(scene)
                return await _verdict(scene, place)
            finally:
                _keep_logs(scene, Path(name))


@contextmanager
def _environ(place: Place) -> Iterator[None]:
    """The SDK's variables, for this process too: it reads the records in the end."""
    before = {name: os.environ.get(name) for name in place.environ}
    os.environ.update(place.environ)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ.update({name: value} if value is not None else {})


@asynccontextmanager
async def stage(plan: Plan, place: Place, folder: Path, say: Say) -> AsyncIterator[Scene]:
    """Everybody but the service, which nobody has started yet; cleared away in the end."""
    rng = random.Random(plan.seed)
    town = found(plan.repositories, rng)
    await town.open(plan.replicas)
    replicas = _replicas(plan, town, place, folder, rng)
    weather = Weather(
        rng=rng, lease=plan.lease, timeout=plan.call_timeout, any_url=replicas.any_url
    )
    weather.over(town.world)
    if plan.mad:
        weather.wrong_clocks(town.world)
    town.world.slack.interactions.bot_url = replicas.any_url
    ledger = Ledger(world=town.world)
    ledger.listen()
    people = People(town=town, ledger=ledger, rng=rng, at_once=plan.at_once, place=plan.seed)
    people.watch_ways()
    try:
        yield Scene(
            plan=plan,
            town=town,
            replicas=replicas,
            weather=weather,
            ledger=ledger,
            people=people,
            controls=Controls(town=town, ledger=ledger, people=people, rng=rng),
            approvers=Approvers(town=town, ledger=ledger, people=people, rng=rng),
            nights=Nights(town=town, replicas=replicas, rng=rng),
            say=say,
            began=time.monotonic(),
        )
    finally:
        for replica in replicas.all:
            if replica.process is not None and replica.process.poll() is None:
                replica.process.kill()
                replica.process.wait()
        await weather.close()
        await town.world.stop()


def _replicas(plan: Plan, town: Town, place: Place, folder: Path, rng: random.Random) -> Replicas:
    ports = [free_port() for _ in range(plan.replicas)]
    environ = town.world.environ(f"http://127.0.0.1:{ports[0]}", place.url)
    made = [
        Replica(
            number=number,
            port=port,
            folder=folder,
            now=town.now,
            environ={
                **clean_environ(),
                **environ,
                **place.environ,
                **plan.settings,
                "PORT": str(port),
                "HOST": "127.0.0.1",
                "CIRCLECI_API_URL": town.circleci_url(number),
            },
        )
        for number, port in enumerate(ports)
    ]
    return Replicas(
        all=made,
        rng=rng,
        lease=plan.lease,
        kill_every=plan.kill_every,
        most_strikes=plan.most_strikes,
    )


async def _play(scene: Scene) -> None:
    """Bind in calm weather, work in the storm, then wait until all has settled."""
    for replica in scene.replicas.all:
        replica.start()
    always = [asyncio.create_task(replica.watch()) for replica in scene.replicas.all]
    always += [asyncio.create_task(_progress(scene)), asyncio.create_task(_tidy(scene))]
    always.append(asyncio.create_task(scene.approvers.work()))
    playing = asyncio.create_task(_acts(scene))
    try:
        done, _ = await asyncio.wait(
            [playing, *always], timeout=scene.plan.limit, return_when=asyncio.FIRST_COMPLETED
        )
        for task in done:
            task.result()
        if not playing.done():
            scene.say(f"not settled within {scene.plan.limit:g} s")
    finally:
        for task in (playing, *always):
            task.cancel()
        await asyncio.gather(playing, *always, return_exceptions=True)


async def _acts(scene: Scene) -> None:
    every = scene.replicas.all
    await until(lambda: all(one.ready_since for one in every), seconds=90, what="replicas ready")
    for shop in scene.town.shops:
        await scene.people.bind(shop)
    await scene.people.introduce()
    scene.weather.raging = scene.plan.mad
    raging = [asyncio.create_task(act) for act in storm(scene)]
    beside = asyncio.create_task(scene.controls.work())
    working = asyncio.create_task(scene.people.work(scene.plan.deployments))
    try:
        done, _ = await asyncio.wait([working, *raging], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # an act that fails ends the run: the rest would show too little
        scene.controls.over = True
        await beside
    finally:
        working.cancel()
        beside.cancel()
        scene.weather.raging = False
        for task in raging:
            task.cancel()
        for ended in await asyncio.gather(*raging, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
    await _settle(scene)


def storm(scene: Scene) -> list[Coroutine[None, None, None]]:
    """What goes wrong while people work, each until canceled; nothing in a run that is not mad."""
    if not scene.plan.mad:
        return []
    nights = [scene.nights.work()] if scene.plan.nights else []
    return [
        scene.weather.outages(),
        scene.weather.renaming(scene.ledger.open, scene.town.world),
        scene.approvers.hold_jobs(),
        scene.replicas.torment(),
        *nights,
    ]


async def _settle(scene: Scene) -> None:
    """Until everything ended, everywhere, and the last searches are over."""
    calm = 2.5 * scene.plan.lease + 4.0  # the search after an ambiguous trigger's outcome
    quiet_since = looked_at = time.monotonic()
    while time.monotonic() - quiet_since < calm:
        await asyncio.sleep(0.25)
        if not _settled(scene):
            quiet_since = time.monotonic()
        if quiet_since - looked_at > UNLOCK_EVERY:
            await scene.controls.unlock_again()
            looked_at = quiet_since


def _settled(scene: Scene) -> bool:
    ledger, people, controls = scene.ledger, scene.people, scene.controls
    open_ones = any(one.open for one in scene.town.world.circleci.state.pipelines())
    wishes = [*ledger.wishes, *people.beside]
    late = [
        number
        for number in ledger.unsettled()
        if ledger.live[number] or not unheard(scene.town, ledger.deployments[number])
    ]
    return (
        not late
        and not open_ones
        and not controls.undeployed()
        and all(ledger.answered(wish) for wish in wishes if wish.acknowledged)
    )


async def _progress(scene: Scene) -> None:
    """A line every few seconds."""
    while True:
        await asyncio.sleep(5)
        made, unsettled = len(scene.ledger.deployments), len(scene.ledger.unsettled())
        kills = sum(replica.kills for replica in scene.replicas.all)
        halts = sum(len(replica.halts) for replica in scene.replicas.all)
        scene.say(
            f"{time.monotonic() - scene.began:4.0f} s: {made} deployments, "
            f"{made - unsettled} settled, {kills} kills, {halts} halts, "
            f"{scene.nights.count} nights"
        )


async def _tidy(scene: Scene) -> None:
    """Forget what nobody asks for any more, so that a long run does not drown in it.

    An event that has arrived is forgotten whole: without its redelivery, its first delivery would
    pass for one that still fails.
    """
    log = scene.town.world.github.hub.webhooks.log
    while True:
        await asyncio.sleep(5)
        before = scene.town.world.github.clock() - STALE_DELIVERIES
        arrived = {one.sent.guid for one in log if one.status == "OK" and one.sent.at <= before}
        log[:] = [one for one in log if one.sent.guid not in arrived]
        scene.town.world.slack.interactions.sent.clear()


async def _verdict(scene: Scene, place: Place) -> Verdict:
    for replica in scene.replicas.all:
        status = replica.end()
        if status != 0:
            scene.say(f"replica {replica.number} ended with status {status} after SIGTERM")
    store: Store = await open_store(place.url, wait=5, lease_seconds=PATIENT)
    judge = Judge(
        town=scene.town,
        ledger=scene.ledger,
        agreements=scene.approvers.agreements,
        undeployed=scene.controls.undeployed(),
        replicas=scene.replicas.all,
        lease=scene.plan.lease,
    )
    try:
        verdict = await judge.judge(store, [*scene.ledger.wishes, *scene.people.beside])
    finally:
        await store.close()
    scene.say(f"weather: {shown_counts(scene.weather.done)}")
    again = scene.ledger.typed_again()
    scene.say(f"commands typed again that made another deployment: {again}")
    scene.say(f"what was answered instead of a deployment: {shown_counts(scene.ledger.refused())}")
    for what in ("lost", "doubled", "overtaken", "unapproved", "stale", "late"):
        for line in reasons(getattr(verdict, what), what):
            scene.say(line)
    return verdict


def _keep_logs(scene: Scene, folder: Path) -> None:
    """Say what the service called a defect of its own; `LOGS` names a folder to keep all in."""
    kept = os.environ.get("LOGS")
    for database in folder.glob("deploybot.db*") if kept else ():
        shutil.copy(database, str(kept))
    for log in folder.glob("replica*.log"):
        text = log.read_text(errors="replace")
        defects = text.count("defect") + text.count("Traceback")
        if defects:
            scene.say(f"{log.name}: {defects} defects")
        if kept:
            with suppress(OSError):
                Path(kept, log.name).write_text(text)
