"""Regular expressions: none takes long over anything that somebody may send."""

import ast
import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import islice, product
from pathlib import Path
from re import _parser  # type: ignore[attr-defined] # the only reader of patterns there is
from typing import Any

import pytest

import app

SOURCES = list(Path(app.__path__[0]).rglob("*.py"))
LONG = 100_000
SIZES = (5_000, 20_000, LONG)
"""A longer one is tried where a shorter one took longer than a quadratic pattern may."""
AT_MOST = 0.5
"""CPU seconds for `LONG` characters; a pattern that takes quadratic time needs some seconds."""
BETWEEN = ("", "-", " ", "\n", '"')
_CATEGORIES = {"DIGIT": "1", "WORD": "a", "SPACE": " "}


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every compiled pattern of the app's modules, those in tables too."""
    found = {}
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name == "app.__main__":
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            for number, one in enumerate(_held(value)):
                found[f"{module.name}.{name}.{number}"] = one
    return found


def _held(value: Any) -> list[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        return [value]
    inside = value.values() if isinstance(value, dict) else value
    tables = isinstance(value, dict | tuple | list)
    return [one for item in inside for one in _held(item)] if tables else []


PATTERNS = patterns()
TABLES = {name.rpartition(".")[0] for name in PATTERNS if not name.endswith(".0")}


def samples(tree: Any) -> list[str]:
    """A few strings that a parsed pattern matches, each repetition once or as often as it must."""
    parts = [_of(str(op), value) for op, value in tree]
    return ["".join(one) for one in islice(product(*parts), 8)]


def _of(op: str, value: Any) -> Sequence[str]:
    match op:
        case "LITERAL":
            return [chr(value)]
        case "NOT_LITERAL" | "ANY":
            return ["a"]
        case "IN":
            return [_one_of(value)]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return [one * max(1, min(value[0], 50)) for one in samples(value[2])]
        case "SUBPATTERN":
            return samples(value[3])
        case "ATOMIC_GROUP":
            return samples(value)
        case "BRANCH":
            return [one for branch in value[1] for one in samples(branch)]
        case _:  # where something stands takes no character
            return [""]


def _one_of(items: Any) -> str:
    (op, value), *_ = items
    match str(op):
        case "NEGATE":
            return "a"
        case "LITERAL":
            return chr(value)
        case "RANGE":
            return chr(value[0])
        case _:
            return _CATEGORIES.get(str(value).removeprefix("CATEGORY_"), "a")


def worst(pattern: re.Pattern[Any]) -> Iterator[Callable[[int], str]]:
    """Of any size: a match's beginnings again and again, and with only their last character after."""
    flags = pattern.flags & ~re.UNICODE
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
    begun: dict[str, None] = {}
    for sample in samples(_parser.parse(text, flags)):
        begun |= dict.fromkeys(sample[: end + 1] for end in range(len(sample)))
    chosen = list(begun)
    for start in chosen[:: max(1, len(chosen) // 16)] + chosen[-4:]:
        yield partial(_run_out, start)
        for between in BETWEEN:
            yield partial(_again, between + start)


def _run_out(start: str, size: int) -> str:
    return start + start[-1] * size + "\0"


def _again(unit: str, size: int) -> str:
    return unit * (size // len(unit)) + "\0"


@cache
def searched() -> set[str]:
    """The names of patterns with which something is looked for, not only compared."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    return set(re.findall(r"(\w+)\.(?:search|sub|finditer|findall|split)\(", source))


def run(name: str, text: str) -> float:
    """CPU seconds for finding all matches, or for comparing the beginning and the whole."""
    pattern, held_by = PATTERNS[name], name.rpartition(".")[0]
    search = held_by in TABLES or held_by.rpartition(".")[2] in searched()
    subject: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    began = time.process_time()
    for _ in pattern.finditer(subject) if search else ():
        pass
    pattern.match(subject)
    pattern.fullmatch(subject)
    return time.process_time() - began


def _give_up(*_: object) -> None:
    raise TimeoutError


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_the_worst_case(name: str) -> None:
    """100 kB built against each pattern take half a second at most."""
    pattern = PATTERNS[name]
    before = signal.signal(signal.SIGVTALRM, _give_up)
    try:
        for text in worst(pattern):
            for size in SIZES:
                signal.setitimer(signal.ITIMER_VIRTUAL, 2 * AT_MOST)
                if run(name, text(size)) < AT_MOST * (size / LONG) ** 2:
                    break
            else:
                pytest.fail(f"{pattern.pattern!r} takes long over {text(60)!r}")
    except TimeoutError:
        pytest.fail(f"{pattern.pattern!r} takes long over {text(60)!r}")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def test_all_are_found() -> None:
    """A pattern that is written where it is used would escape this test."""
    using = [path for path in SOURCES if "import re\n" in path.read_text(encoding="utf-8")]
    inline = [
        f"{path}:{node.lineno}"
        for path in using
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and re.fullmatch(r"re\.(?!compile|escape)\w+", ast.unparse(node.func))
        and isinstance(node.args[0], ast.Constant)
    ]
    assert inline == []
    assert len(PATTERNS) > 40
