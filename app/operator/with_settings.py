"""Runs the commands that need the settings: all that use the store or call providers."""

import argparse
import asyncio
import sys
from collections.abc import Mapping

import uvloop

from app.errors import StoreError, StoreInUse
from app.observe import configure_logging
from app.operator.doctor import examine
from app.operator.recovery import resync, sweep
from app.service.serve import serve
from app.settings import Settings, SettingsError, read_settings
from app.store.opening import create_tables

MISCONFIGURED = 2
FAILED = 1


def run_with_settings(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Read the settings and run one command; returns its exit status."""
    try:
        settings = read_settings(environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return MISCONFIGURED
    configure_logging(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
    try:
        return _run(arguments, settings)
    except StoreInUse as error:
        print(f"deploybot: {error}; nothing was touched.", file=sys.stderr)
    except (StoreError, OSError) as error:  # such as a port in use, or a missing table
        print(f"deploybot: {error}", file=sys.stderr)
    return FAILED


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
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
