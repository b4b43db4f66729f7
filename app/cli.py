"""The command line: parses the arguments and runs one command.

What a command needs is imported when it runs: importing the whole service takes about a second,
for which `check-config`, `sandbox` and `--version` do not have to wait.
"""
# ruff: noqa: PLC0415 - see above

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run one command; returns its exit status."""
    arguments = _parser().parse_args(argv)
    match arguments.command:
        case "check-config":
            from app.operator.check_config import check_config

            return check_config(arguments.file, arguments.against)
        case "sandbox":
            from app.operator.sandbox import run_sandbox

            return run_sandbox(os.environ)
        case _:
            from app.operator.with_settings import run_with_settings

            return run_with_settings(arguments, os.environ)


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
