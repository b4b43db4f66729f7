"""The command line: parses the arguments and runs one command."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import uvloop

from app.errors import StoreError, StoreInUse
from app.observe import configure_logging
from app.operator.check_config import check_config
from app.operator.doctor import examine
from app.operator.recovery import resync, sweep
from app.operator.sandbox import run_sandbox
from app.service.serve import serve
from app.settings import Settings, SettingsError, read_settings
from app.store.opening import create_tables

MISCONFIGURED = 2
FAILED = 1


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run one command; returns its exit status."""
    arguments = _parser().parse_args(argv)
    if arguments.command == "check-config":
        return check_config(arguments.file, arguments.against)
    if arguments.command == "sandbox":
        return run_sandbox(os.environ)
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return MISCONFIGURED
    configure_logging(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
    try:
        return _with_settings(arguments, settings)
    except StoreInUse as error:
        print(f"deploybot: {error}; nothing was touched.", file=sys.stderr)
    except (StoreError, OSError) as error:  # no place for the file, no table, a port in use
        print(f"deploybot: {error}", file=sys.stderr)
    return FAILED


def _with_settings(arguments: argparse.Namespace, settings: Settings) -> int:
    match arguments.command:
        case "resync":
            return asyncio.run(resync(settings, arguments.repository))
        case "sweep":
            return asyncio.run(sweep(settings))
        case "doctor":
            return asyncio.run(examine(settings))
        case "create-tables":
            asyncio.run(create_tables(settings.store_url))
            return 0
        case _:
            uvloop.run(serve(settings))
            return 0


def _version() -> str:
    """The version of the installed package."""
    try:
        return version("deploybot")
    except PackageNotFoundError:
        return "(not installed)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deploybot", description="Deploy from chat: Slack, GitHub deployments and your CI."
    )
    parser.add_argument("--version", action="version", version=f"deploybot {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("serve", help="run the service")
    commands.add_parser("sandbox", help="run it with stand-ins for the providers and a page")
    check = commands.add_parser("check-config", help="check a .github/deploybot.yml")
    check.add_argument("file", type=Path)
    check.add_argument(
        "--against", type=Path, metavar="FILE", help="the one in force: say what would change"
    )
    commands.add_parser(
        "doctor", help="ask the providers and the store what is wrong with the set-up"
    )
    again = commands.add_parser("resync", help="rebuild the store from GitHub")
    again.add_argument("repository", nargs="?", metavar="owner/repo")
    commands.add_parser("sweep", help="find what was missed, once")
    commands.add_parser("create-tables", help="create the DynamoDB tables")
    return parser
