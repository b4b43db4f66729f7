"""The commands, one file for each; nothing here knows the API of Slack or GitHub."""

from app.commands.channels.goodbye import Goodbye
from app.commands.channels.hello import Hello
from app.commands.channels.reset import Reset
from app.commands.channels.setup import Setup
from app.commands.channels.verify import Verify
from app.commands.command import Command
from app.commands.controls.approve import Approve, Reject
from app.commands.controls.lock import ListLocks, LockEnvironment, UnlockEnvironment
from app.commands.controls.resume import Resume
from app.commands.deployments.cancel import Cancel
from app.commands.deployments.config import Config
from app.commands.deployments.deploy import Deploy
from app.commands.deployments.diff import Diff
from app.commands.deployments.listing import List
from app.commands.deployments.promote import Promote
from app.commands.deployments.retry import Retry
from app.commands.deployments.rollback import Rollback
from app.commands.deployments.status import Status
from app.commands.help import Help
from app.commands.parsing.grammar import Grammar
from app.commands.registry import ACTIONS, Commands

__all__ = ["ACTIONS", "COMMANDS", "GRAMMAR", "Commands"]

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
"""Every command, in the order in which `help` lists them."""

GRAMMAR = Grammar({command.name: command.usage for command in COMMANDS})
"""How every command is typed."""
