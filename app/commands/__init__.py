"""One file a command, chat-neutral; `COMMANDS` in the order in which `help` lists them."""

from app.commands.channels.binders import Binders
from app.commands.channels.claim import Claim
from app.commands.channels.goodbye import Goodbye
from app.commands.channels.hello import Hello
from app.commands.channels.joined import Joined
from app.commands.channels.reset import Reset
from app.commands.channels.setup import Setup
from app.commands.channels.verify import Verify
from app.commands.command import Addresses, Command
from app.commands.confirming import Confirming
from app.commands.controls.approve import Approve, Awaited, Reject
from app.commands.controls.lock import (
    ListLocks,
    LockedPlaces,
    LockEnvironment,
    TellMe,
    UnlockEnvironment,
    Unlockers,
)
from app.commands.controls.resume import Resume
from app.commands.deployments.cancel import Cancel
from app.commands.deployments.config import Config
from app.commands.deployments.deploy import Deploy
from app.commands.deployments.diff import Diff
from app.commands.deployments.find import Finder
from app.commands.deployments.kept import KeptCommands
from app.commands.deployments.listing import List
from app.commands.deployments.promote import Promote
from app.commands.deployments.retry import Retry
from app.commands.deployments.rollback import Rollback
from app.commands.deployments.status import Status
from app.commands.help import Help
from app.commands.registry import ACTIONS, Commands
from app.lifecycle.planning.planner import Planner
from app.lifecycle.planning.projects import Projects
from app.lifecycle.requests.locks import Locks
from app.ports import CI, Bindings, Chat, Clock, GitHub, Records

__all__ = ["ACTIONS", "COMMANDS", "Commands", "build_commands"]

COMMANDS: tuple[type[Command], ...] = (
    Deploy,
    List,
    Status,
    Diff,
    Cancel,
    Retry,
    Rollback,
    Promote,
    Approve,
    Reject,
    LockEnvironment,
    UnlockEnvironment,
    ListLocks,
    Resume,
    Config,
    Hello,
    Verify,
    Goodbye,
    Setup,
    Reset,
    Help,
)
"""Every command, in help's order."""


def build_commands(
    *,
    bindings: Bindings,
    records: Records,
    github: GitHub,
    ci: CI,
    projects: Projects,
    chat: Chat,
    planner: Planner,
    locks: Locks,
    binders: Binders,
    verify: Verify,
    clock: Clock,
    links: Addresses,
) -> Commands:
    """Every command with what it needs."""
    finder = Finder(github=github, records=records)
    kept = KeptCommands(bindings=bindings, records=records, configs=planner.configs)
    deploy = Deploy(bindings=bindings, planner=planner)
    listed = List(
        bindings=bindings,
        github=github,
        records=records,
        finder=finder,
        configs=planner.configs,
        clock=clock,
        links=links,
    )
    status = Status(bindings=bindings, finder=finder, clock=clock, links=links)
    diff = Diff(
        bindings=bindings,
        github=github,
        finder=finder,
        find_tickets=planner.find_tickets,
        links=links,
    )
    cancel = Cancel(bindings=bindings, finder=finder, kept=kept)
    retry = Retry(bindings=bindings, finder=finder, planner=planner)
    rollback = Rollback(
        bindings=bindings, finder=finder, github=github, records=records, planner=planner
    )
    promote = Promote(bindings=bindings, finder=finder, github=github, planner=planner)
    awaited = Awaited(bindings=bindings, finder=finder)
    approve = Approve(
        awaited=awaited, approving=planner.approving, github=github, chat=chat, links=links
    )
    reject = Reject(awaited=awaited)
    places = LockedPlaces(bindings=bindings, records=records, github=github, finder=finder)
    lock = LockEnvironment(places=places, locks=locks)
    unlockers = Unlockers(github=github, who_may=planner.who_may)
    unlock = UnlockEnvironment(places=places, locks=locks, unlockers=unlockers)
    listed_locks = ListLocks(bindings=bindings, records=records, clock=clock)
    resume = Resume(
        bindings=bindings,
        records=records,
        github=github,
        finder=finder,
        who_may=planner.who_may,
        wake=locks.wake,
    )
    config = Config(bindings=bindings, github=github, ci=ci, links=links)
    hello = Hello(bindings=bindings, github=github)
    goodbye = Goodbye(bindings=bindings)
    setup = Setup(
        bindings=bindings,
        binders=binders,
        github=github,
        ci=ci,
        projects=projects,
        chat=chat,
        links=links,
    )
    reset = Reset(bindings=bindings, finder=finder, kept=kept, binders=binders)
    usages = [command.usage for command in COMMANDS]
    help_ = Help(bindings=bindings, listed=usages)
    deploying: tuple[Command, ...] = (deploy, cancel, retry, rollback, promote)
    controlling: tuple[Command, ...] = (approve, reject, lock, unlock, resume)
    binding: tuple[Command, ...] = (hello, verify, goodbye, setup, reset)
    telling: tuple[Command, ...] = (listed, status, diff, listed_locks, config, help_)
    every = (*deploying, *controlling, *binding, *telling)
    return Commands(
        chat=chat,
        commands={command.name: command for command in every},
        help=help_,
        claim=Claim(bindings=bindings, binders=binders),
        tell_me=TellMe(bindings=bindings, records=records, locks=locks),
        joined=Joined(bindings=bindings, github=github, chat=chat),
        confirming=Confirming(records=records),
        kept=kept,
    )
