"""The command line."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import uvloop

from app.errors import StoreError, StoreInUse
from app.lifecycle.configuration.reading import InvalidConfig, parse_config
from app.observe import configure_logging
from app.operator.doctor import examine
from app.operator.recovery import resync, sweep
from app.operator.sandbox import run_sandbox
from app.service.serve import serve
from app.settings import Settings, SettingsError, read_settings
from app.store.opening import create_tables
from app.texts.failures.config_problems import config_line

MISCONFIGURED = 2
FAILED = 1


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run one command; its exit status."""
    arguments = _parser().parse_args(argv)
    if arguments.command == "check-config":
        return _check_config(arguments.file)
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


def _check_config(path: Path) -> int:
    """Say what is wrong with a `.github/deploybot.yml`, without the network."""
    try:
        config = parse_config(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return _failed(f"{path}: this is no text in UTF-8")
    except FileNotFoundError:
        return _failed(f"{path}: there is no such file")
    except OSError as error:
        return _failed(f"{path}: this cannot be read: {error.strerror or error}")
    except InvalidConfig as error:
        for problem in error.reasons:
            print(f"{path}: {config_line(problem)}", file=sys.stderr)
        return FAILED
    for key in config.naming_people():
        does = "approves" if key.endswith(".approvals") else "deploys"
        print(
            f"{path}: {key}: whoever {does} from Slack has to verify first (GITHUB_CLIENT_SECRET)"
        )
    print(f"{path}: valid")
    return 0


def _failed(line: str) -> int:
    print(line, file=sys.stderr)
    return FAILED


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
    commands.add_parser(
        "doctor", help="ask the providers and the store what is wrong with the set-up"
    )
    again = commands.add_parser("resync", help="rebuild the store from GitHub")
    again.add_argument("repository", nargs="?", metavar="owner/repo")
    commands.add_parser("sweep", help="find what was missed, once")
    commands.add_parser("create-tables", help="create the DynamoDB tables")
    return parser
