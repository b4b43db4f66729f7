"""Builds the commands."""

from dataclasses import dataclass
from functools import cached_property

from app.commands import COMMANDS, GRAMMAR, Commands
from app.commands.channels.binding_policy import BindingPolicy
from app.commands.channels.channel_events import ChannelEvents
from app.commands.channels.claim import Claim
from app.commands.channels.goodbye import Goodbye
from app.commands.channels.hello import Hello
from app.commands.channels.reset import Reset
from app.commands.channels.setup import Setup
from app.commands.channels.verify import Verify
from app.commands.command import Addresses, Command
from app.commands.comments import CommentCommands
from app.commands.controls.approve import ApprovalFinder, Approve, Reject
from app.commands.controls.lock import (
    ListLocks,
    LockEnvironment,
    SlotFinder,
    TellMe,
    UnlockEnvironment,
    UnlockPolicy,
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
from app.service.clients import Clients
from app.service.shared import Shared


def build_commands(shared: Shared) -> Commands:
    """Build all commands."""
    return _Maker(shared).commands()


def build_comments(shared: Shared, commands: Commands) -> CommentCommands:
    """Build what runs the commands in comments on pull requests."""
    clients = shared.clients
    return CommentCommands(
        bindings=clients.store,
        github=clients.github,
        who_may=clients.who_may,
        grammar=GRAMMAR,
        deploy=commands.commands["deploy"].run,
    )


@dataclass(frozen=True)
class _Maker:
    """Makes the commands, group by group; what several commands need is made once."""

    shared: Shared

    @property
    def clients(self) -> Clients:
        return self.shared.clients

    @cached_property
    def finder(self) -> Finder:
        return Finder(github=self.clients.github, records=self.clients.store)

    @cached_property
    def kept(self) -> KeptCommands:
        store, configs = self.clients.store, self.shared.configs
        return KeptCommands(bindings=store, records=store, configs=configs, grammar=GRAMMAR)

    @cached_property
    def binding_policy(self) -> BindingPolicy:
        return BindingPolicy(
            bindings=self.clients.store,
            github=self.clients.github,
            chat=self.clients.chat,
            setup_by=self.shared.settings.setup_by,
            provable=self.shared.settings.github_client_secret is not None,
        )

    @cached_property
    def links(self) -> Addresses:
        return Addresses(
            html=self.shared.settings.github_html_url,
            ci_webhook=f"{self.shared.settings.public_url}/circleci/webhook",
        )

    def commands(self) -> Commands:
        store, chat = self.clients.store, self.clients.chat
        help_ = Help(bindings=store, listed=[command.usage for command in COMMANDS])
        every = (*self._deploying(), *self._controlling(), *self._binding(), *self._telling())
        return Commands(
            chat=chat,
            records=store,
            grammar=GRAMMAR,
            commands={command.name: command for command in (*every, help_)},
            help=help_,
            claim=Claim(bindings=store, policy=self.binding_policy),
            tell_me=TellMe(bindings=store, records=store, locks=self.shared.locks),
            channel_events=ChannelEvents(bindings=store, github=self.clients.github, chat=chat),
            kept=self.kept,
        )

    def _deploying(self) -> tuple[Command, ...]:
        store, github, finder = self.clients.store, self.clients.github, self.finder
        planner = self.shared.planner
        return (
            Deploy(bindings=store, planner=planner),
            Cancel(bindings=store, finder=finder, kept=self.kept),
            Retry(bindings=store, finder=finder, planner=planner),
            Rollback(bindings=store, finder=finder, github=github, records=store, planner=planner),
            Promote(bindings=store, finder=finder, github=github, planner=planner),
        )

    def _controlling(self) -> tuple[Command, ...]:
        store, github, who_may = self.clients.store, self.clients.github, self.clients.who_may
        approvals = ApprovalFinder(bindings=store, finder=self.finder)
        slots = SlotFinder(bindings=store, records=store, github=github, finder=self.finder)
        unlocking = UnlockPolicy(github=github, who_may=who_may)
        return (
            Approve(
                finder=approvals,
                approving=self.shared.planner.approving,
                github=github,
                chat=self.clients.chat,
                links=self.links,
            ),
            Reject(finder=approvals),
            LockEnvironment(slots=slots, locks=self.shared.locks),
            UnlockEnvironment(slots=slots, locks=self.shared.locks, policy=unlocking),
            Resume(
                bindings=store,
                records=store,
                github=github,
                finder=self.finder,
                who_may=who_may,
                wake=self.shared.wake,
            ),
        )

    def _binding(self) -> tuple[Command, ...]:
        store, github, policy = self.clients.store, self.clients.github, self.binding_policy
        return (
            Hello(bindings=store, github=github),
            Verify(
                bindings=store,
                github=github,
                notices=self.shared.notices,
                links=self.clients.authorization,
                proofs=self.clients.proofs,
            ),
            Goodbye(bindings=store),
            Setup(
                bindings=store,
                policy=policy,
                github=github,
                ci=self.clients.ci,
                projects=self.clients.projects,
                chat=self.clients.chat,
                links=self.links,
            ),
            Reset(bindings=store, finder=self.finder, kept=self.kept, policy=policy),
        )

    def _telling(self) -> tuple[Command, ...]:
        store, github, finder = self.clients.store, self.clients.github, self.finder
        clock, links = self.clients.clock, self.links
        return (
            List(
                bindings=store,
                github=github,
                records=store,
                finder=finder,
                configs=self.shared.configs,
                links=links,
            ),
            Status(bindings=store, finder=finder, clock=clock, links=links),
            Diff(
                bindings=store,
                github=github,
                finder=finder,
                find_tickets=self.shared.planner.find_tickets,
                links=links,
            ),
            ListLocks(bindings=store, records=store, github=github),
            Config(bindings=store, github=github, ci=self.clients.ci, links=links),
        )
