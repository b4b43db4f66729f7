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
    slash: str,
    links: Links,
) -> Commands:
    """Every command with what it needs; `slash` is the slash command people type."""
    finder = Finder(github=github, records=records, command=slash)
    deploy = Deploy(bindings=bindings, planner=planner, command=slash)
    listed = List(
        bindings=bindings,
        github=github,
        records=records,
        finder=finder,
        command=slash,
        links=links,
    )
    status = Status(bindings=bindings, finder=finder, clock=clock, command=slash, links=links)
    cancel = Cancel(bindings=bindings, finder=finder, command=slash)
    retry = Retry(bindings=bindings, finder=finder, planner=planner, command=slash)
    config = Config(bindings=bindings, github=github, command=slash, links=links)
    hello = Hello(bindings=bindings, github=github, command=slash)
    goodbye = Goodbye(bindings=bindings, command=slash)
    setup = Setup(bindings=bindings, github=github, ci=ci, chat=chat, command=slash, links=links)
    reset = Reset(bindings=bindings, command=slash)
    usages = [command.usage for command in COMMANDS]
    help_ = Help(bindings=bindings, command=slash, listed=usages)
    acting: tuple[Command, ...] = (deploy, cancel, retry, hello, goodbye, setup, reset)
    telling: tuple[Command, ...] = (listed, status, config, help_)
    return Commands(
        chat=chat,
        commands={command.name: command for command in (*acting, *telling)},
        help=help_,
        claim=Claim(bindings=bindings, command=slash),
        adopt=AdoptPipeline(bindings=bindings, records=records, command=slash),
        joined=Joined(bindings=bindings, github=github, chat=chat, command=slash),
        slash=slash,
    )
