"""`deploybot check-config`: judges a configuration file as a pull request's check run does."""

import sys
from pathlib import Path

from app.lifecycle.configuration.differences import changes
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import InvalidConfig, parse_config
from app.texts.failures.gates.configuration import config_line
from app.texts.markup import plain
from app.texts.replies.config_changes import change_line, proof_line

FAILED = 1
BRANCH = "the default branch"


def check_config(path: Path, against: Path | None) -> int:
    """Print what is wrong with a file, or what it would change; returns the exit status.

    `against` is the file that is in force, to compare with.
    """
    config = _read(path)
    before = _read(against) if against is not None else config
    if config is None or before is None:
        return FAILED
    for key in config.keys_naming_people():
        print(f"{path}: {proof_line(key)}")
    for change in changes(before, config, default_branch=BRANCH):
        print(f"{path}: {plain(change_line(change)).replace('`', '')}")
    print(f"{path}: valid")
    return 0


def _read(path: Path) -> RepoConfig | None:
    """Read a file; if it is wrong, print why and return None."""
    try:
        return parse_config(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        wrong = ["this is no text in UTF-8"]
    except FileNotFoundError:
        wrong = ["there is no such file"]
    except OSError as error:
        wrong = [f"this cannot be read: {error.strerror or error}"]
    except InvalidConfig as error:
        wrong = [config_line(problem) for problem in error.reasons]
    for line in wrong:
        print(f"{path}: {line}", file=sys.stderr)
    return None
