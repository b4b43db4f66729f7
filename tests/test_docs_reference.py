"""The reference pages have every key, with its default and an example, and every command."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from app.commands import COMMANDS, GRAMMAR
from app.lifecycle.configuration.differences import changes
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import InvalidConfig, parse_config
from app.lifecycle.configuration.schema import schema
from app.texts.replies.config_changes import change_line

DOCS = Path(__file__).parents[1] / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")
TYPED = (DOCS / "commands.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`]+)` \| (.*?) \| `([^`]+)` \|$", re.MULTILINE)
CODE = re.compile(r"`[^`]*`")
NAMED = "<name>"
"""Stands in a key for a name that the file chooses."""

Place = tuple[str, ...]
Row = tuple[Place, str, str]


def models(kind: Any) -> Iterator[tuple[type[BaseModel], bool]]:
    """The section that a field's type holds, and whether it is one for each name."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind, False
    for part in get_args(kind):
        by_name = getattr(kind, "__origin__", None) is dict
        yield from ((model, by_name or nested) for model, nested in models(part))


def keys(model: type[BaseModel], under: Place = ()) -> Iterator[Place]:
    """Every key of the model that holds a value, as the file spells it."""
    for name, field in model.model_fields.items():
        place = (*under, field.alias or name)
        found = next(models(field.annotation), None)
        if found is None:
            yield place
        else:
            section, by_name = found
            yield from keys(section, (*place, NAMED) if by_name else place)


def yaml(text: str) -> Any:
    """YAML as deploybot reads it."""
    return YAML(typ="safe", pure=True).load(text)


def reference() -> list[Row]:
    """The rows of the table: the key's place, its default as written, the example."""
    part = CONFIGURATION.partition("### Each key by itself\n")[2].partition("\n## ")[0]
    rows = [(match[1], match[2], match[3]) for match in ROW.finditer(part)]
    assert len(rows) == part.count("\n| `"), "a row that is not `key` | default | `example`"
    return [
        (tuple(key.split(".")), default, example.replace("\\|", "|"))
        for key, default, example in rows
    ]


def found(data: Any, place: Place) -> tuple[dict[str, Any], str]:
    """The mapping that holds a key of the data, and the key in it; `KeyError` if it has none."""
    for part in place[:-1]:
        data = data[next(iter(data)) if part == NAMED else part]
    assert place[-1] in data, place
    return data, place[-1]


def accepted(data: Any) -> RepoConfig:
    """The configuration that the data gives; raises `InvalidConfig`."""
    return parse_config(dumped(data))


def dumped(data: Any) -> str:
    """As the text of a file."""
    if isinstance(data, Mapping):
        return (
            "{" + ", ".join(f"{quoted(key)}: {dumped(value)}" for key, value in data.items()) + "}"
        )
    if isinstance(data, list):
        return "[" + ", ".join(map(dumped, data)) + "]"
    return quoted(data) if isinstance(data, str) else str(data).lower()


def quoted(text: str) -> str:
    """Text that YAML takes for nothing else."""
    return "'" + text.replace("'", "''") + "'"


VALID = jsonschema.Draft202012Validator(schema()).is_valid
ROWS = reference()
ids = [".".join(place) for place, _, _ in ROWS]


def test_every_key_is_there() -> None:
    """No key of the model is missing, and none is written down that there is not."""
    assert [place for place, _, _ in ROWS] == list(keys(RepoConfig))


@pytest.mark.parametrize(("place", "default", "example"), ROWS, ids=ids)
def test_the_example_is_read_and_does_something(place: Place, default: str, example: str) -> None:
    """It has the key, in a file that is valid for us and for editors, and it is no default."""
    data = yaml(example)
    section, key = found(data, place)
    config = accepted(data)
    assert VALID(data)
    written = section.pop(key)
    if default.startswith("required"):
        with pytest.raises(InvalidConfig):
            accepted(data)
    elif config == accepted(data):
        assert default == f"`{written}`", "the example changes nothing"


@pytest.mark.parametrize(("place", "default", "example"), ROWS, ids=ids)
def test_the_default_is_the_real_one(place: Place, default: str, example: str) -> None:
    """What stands there in code style, written out, changes nothing."""
    if not CODE.fullmatch(default):
        return
    data = yaml(example)
    section, key = found(data, place)
    section[key] = yaml(default.strip("`"))
    written = accepted(data)
    del section[key]
    assert accepted(data) == written


@pytest.mark.parametrize(("place", "default", "example"), ROWS, ids=ids)
def test_editors_refuse_what_we_refuse(place: Place, default: str, example: str) -> None:
    """The published schema: a value of no shape that fits, and a key that there is not."""
    del default
    data = yaml(example)
    section, key = found(data, place)
    kept, section[key] = section[key], [[["no"]]]
    with pytest.raises(InvalidConfig):
        accepted(data)
    assert not VALID(data)
    del section[key]
    section[f"{key}x"] = kept
    with pytest.raises(InvalidConfig):
        accepted(data)
    assert not VALID(data)


@pytest.mark.parametrize(("place", "default", "example"), ROWS, ids=ids)
def test_a_pull_request_is_told_of_it(place: Place, default: str, example: str) -> None:
    """Whatever a key changes, the dry run has words for, and for taking it out again."""
    if default.startswith("required"):
        return
    data = yaml(example)
    after = accepted(data)
    section, key = found(data, place)
    del section[key]
    before = accepted(data)
    for one, other in ((before, after), (after, before)):
        told = [change_line(change) for change in changes(one, other, default_branch="main")]
        assert bool(told) == (before != after)
        assert all(line.endswith(".") for line in told)


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", CONFIGURATION, re.DOTALL))
def test_every_longer_example_is_read(example: str) -> None:
    """As it stands, for us and for editors."""
    parse_config(example)
    assert yaml(example) is None or VALID(yaml(example))


def examples() -> list[str]:
    """The commands that are written out below the table."""
    block = TYPED.partition("## Each command written out\n")[2].partition("```\n")[2]
    return [line.removeprefix("/cimon ") for line in block.partition("```")[0].splitlines()]


def test_every_command_and_option_has_an_example() -> None:
    """Each can be typed as it stands."""
    typed = [GRAMMAR.parse(line) for line in examples()]
    assert {one.name for one in typed} == {command.name for command in COMMANDS}
    used = {(one.name, option) for one in typed for option in one.options}
    taken = {(name, option) for name, usage in GRAMMAR.usages.items() for option in usage.options}
    assert used == taken
