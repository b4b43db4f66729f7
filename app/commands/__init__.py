"""One file a command, chat-neutral; `COMMANDS` in the order in which `help` lists them."""

from app.commands.adopt_pipeline import AdoptPipeline
from app.commands.cancel import Cancel
from app.commands.claim import Claim
from app.commands.command import Command, Links
from app.commands.config import Config
from app.commands.deploy import Deploy
from app.commands.find import Finder
from app.commands.goodbye import Goodbye
from app.commands.hello import Hello
from app.commands.help import Help
from app.commands.joined import Joined
from app.commands.listing import List
from app.commands.registry import ACTIONS, Commands
from app.commands.reset import Reset
from app.commands.retry import Retry
from app.commands.setup import Setup
from app.commands.status import Status
from app.lifecycle.planning.planner import Planner
from app.ports import CI, Bindings, Chat, Clock, GitHub, Records

__all__ = ["ACTIONS", "COMMANDS", "Commands", "Links", "build_commands"]

COMMANDS: tuple[type[Command], ...] = (
    Deploy,
    List,
    Status,
    Cancel,
    Retry,
    Config,
    Hello,
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
    chat: Chat,
    planner: Planner,
    clock: Clock,
    links: Links,
) -> Commands:
    """Every command with what it needs."""
    finder = Finder(github=github, records=records)
    deploy = Deploy(bindings=bindings, planner=planner)
    listed = List(
        bindings=bindings,
        github=github,
        records=records,
        finder=finder,
        links=links,
    )
    status = Status(bindings=bindings, finder=finder, clock=clock, links=links)
    cancel = Cancel(bindings=bindings, finder=finder)
    retry = Retry(bindings=bindings, finder=finder, planner=planner)
    config = Config(bindings=bindings, github=github, ci=ci, links=links)
    hello = Hello(bindings=bindings, github=github)
    goodbye = Goodbye(bindings=bindings)
    setup = Setup(bindings=bindings, github=github, ci=ci, chat=chat, links=links)
    reset = Reset(bindings=bindings)
    usages = [command.usage for command in COMMANDS]
    help_ = Help(bindings=bindings, listed=usages)
    acting: tuple[Command, ...] = (deploy, cancel, retry, hello, goodbye, setup, reset)
    telling: tuple[Command, ...] = (listed, status, config, help_)
    return Commands(
        chat=chat,
        commands={command.name: command for command in (*acting, *telling)},
        help=help_,
        claim=Claim(bindings=bindings),
        adopt=AdoptPipeline(bindings=bindings, records=records),
        joined=Joined(bindings=bindings, github=github, chat=chat),
    )
