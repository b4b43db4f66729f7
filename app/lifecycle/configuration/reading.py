"""Reading a repository's configuration: from the file's text to validated rules (pure)."""

from collections.abc import Iterator, Mapping

from cachetools import TTLCache
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.lifecycle.configuration.hints import expected_values, keys_at
from app.lifecycle.configuration.matching import closest
from app.lifecycle.configuration.model import (
    ALWAYS_SENT,
    CI_SECTION,
    DEFAULT_SEND,
    RepoConfig,
)
from app.lifecycle.configuration.presets import PRESETS, over
from app.lifecycle.configuration.value_types import is_pattern
from app.lifecycle.configuration.yaml_reader import Path, YamlFile, read_yaml
from app.model import Json
from app.model.configuration.file import CONFIG_FILE, MOST_PROBLEMS
from app.model.reasons.gates import ConfigurationInvalid
from app.model.triggers import SourceKind

LONGEST_KEY = 300
"""Most characters that are kept of a problem's key, and of its value."""


class InvalidConfig(Exception):
    """The file is invalid, so nothing is deployed.

    `reasons` are its problems in the order of the file: the first `MOST_PROBLEMS`, and one that
    counts the rest.
    """

    def __init__(self, reasons: tuple[ConfigurationInvalid, ...]) -> None:
        super().__init__(f"{CONFIG_FILE}: {len(reasons)} problems")
        self.reasons = reasons


def parse_config(text: str | None) -> RepoConfig:
    """The configuration in a file's text; with None (there is no file), every default.

    Raises `InvalidConfig` with all problems at once; for a text that is not YAML, with only that.
    """
    read = read_yaml(text or "")
    problems = [
        ConfigurationInvalid(
            line=flaw.line, key=_key(flaw.path), problem=flaw.name, value=flaw.value[:LONGEST_KEY]
        )
        for flaw in read.flaws
    ]
    own: Json = {} if read.data is None else read.data
    if not isinstance(own, Mapping):
        problems.append(_problem(read, (), "empty"))
        own = {}
    workflow = own.get("workflow")
    preset = PRESETS.get(workflow, {}) if isinstance(workflow, str) else {}
    laid = over(preset, own)
    config, wrong = _validated(laid, read)
    problems += wrong
    problems += _crossed(laid, read)
    if config is None or problems:
        raise InvalidConfig(_told(sorted(problems, key=lambda problem: problem.line)))
    return config


def _told(problems: list[ConfigurationInvalid]) -> tuple[ConfigurationInvalid, ...]:
    """The first `MOST_PROBLEMS`, which fit into a check run, a message and a record."""
    told, rest = problems[:MOST_PROBLEMS], problems[MOST_PROBLEMS:]
    if rest:
        more = str(len(rest))
        told.append(ConfigurationInvalid(line=rest[0].line, key="", problem="and_more", value=more))
    return tuple(told)


class ConfigCache:
    """Parsed configurations by repository, so that an unchanged file is parsed only once.

    Only one of several processes receives the webhook of a push that changes the file, so each
    keeps a configuration for at most `ttl` seconds.
    """

    def __init__(self, size: int = 1000, ttl: float = 300.0) -> None:
        self._kept: TTLCache[int, tuple[str | None, RepoConfig | InvalidConfig]]
        self._kept = TTLCache(size, ttl)

    def read(self, repository_id: int, text: str | None) -> RepoConfig:
        """The configuration in a text that was just read from GitHub; raises `InvalidConfig`."""
        kept = self._kept.get(repository_id)
        if kept is None or kept[0] != text:
            kept = (text, _parsed(text))
            self._kept[repository_id] = kept
        if isinstance(kept[1], InvalidConfig):
            raise InvalidConfig(kept[1].reasons)
        return kept[1]

    def last(self, repository_id: int) -> RepoConfig | None:
        """The configuration that was read last; None if it was invalid, or none was read.

        It may be outdated, so decide nothing by it.
        """
        kept = self._kept.get(repository_id)
        return kept[1] if kept and isinstance(kept[1], RepoConfig) else None

    def drop(self, repository_id: int) -> None:
        """Forget a repository's configuration, after a push to its default branch."""
        self._kept.pop(repository_id, None)


def _parsed(text: str | None) -> RepoConfig | InvalidConfig:
    try:
        return parse_config(text)
    except InvalidConfig as error:
        return error


def _validated(data: Json, read: YamlFile) -> tuple[RepoConfig | None, list[ConfigurationInvalid]]:
    try:
        return RepoConfig.model_validate(data), []
    except ValidationError as error:
        return None, [_explained(found, read) for found in error.errors(include_url=False)]


def _explained(error: ErrorDetails, read: YamlFile) -> ConfigurationInvalid:
    path: Path = tuple(part for part in error["loc"] if part != "[key]")
    name, value = error["type"], error.get("input")
    if name == "extra_forbidden":
        return _problem(read, path, name, suggestion=closest(str(path[-1]), keys_at(path[:-1])))
    allowed = expected_values(error)
    if not allowed:
        return _problem(read, path, name)
    return _problem(
        read,
        path,
        "unknown_value" if isinstance(value, str) else name,
        value=str(value),
        expected=", ".join(allowed),
        suggestion=closest(value, allowed) if isinstance(value, str) else None,
    )


def _crossed(data: Mapping[str, Json], read: YamlFile) -> Iterator[ConfigurationInvalid]:
    """Problems of keys that contradict each other, although each is valid by itself."""
    send = _mapping(data.get(CI_SECTION)).get("send", DEFAULT_SEND)
    sent = (*ALWAYS_SENT, *(send if isinstance(send, tuple) else ()))
    places: list[Path] = [("inputs",), (CI_SECTION, "parameters")]
    environments = _mapping(data.get("environments"))
    inputs = _mapping(data.get("inputs"))
    for name, environment in environments.items():
        places.append(("environments", name, CI_SECTION, "parameters"))
        required = _mapping(environment).get("requires")
        for index, item in enumerate(required if isinstance(required, tuple) else ()):
            if item == name or name in _mapping(item):
                path = ("environments", name, "requires", index)
                yield _problem(read, path, "required_itself")
        if is_pattern(name) and _mapping(environment).get("aliases"):
            yield _problem(read, ("environments", name, "aliases"), "alias_of_many")
    for place in places:
        for name in _below(data, place):
            if name in sent:
                yield _problem(read, (*place, name), "input_reserved")
            elif name in inputs and place != ("inputs",):
                yield _problem(read, (*place, name), "input_constant")
    yield from _undecided(inputs, environments, read)


def _undecided(
    inputs: Mapping[str, Json], environments: Mapping[str, Json], read: YamlFile
) -> Iterator[ConfigurationInvalid]:
    """Inputs without a default in a file with automatic deployments, where nobody types a value."""
    automatic = next((name for name, each in environments.items() if _starts_itself(each)), None)
    if automatic is None:
        return
    for name, declared in inputs.items():
        if isinstance(declared, Mapping) and declared.get("default") is None:
            yield _problem(read, ("inputs", name), "input_undecided", value=automatic)


def _starts_itself(environment: Json) -> bool:
    events = _mapping(_mapping(environment).get("deploy_on"))
    return any(events.get(kind) for kind in SourceKind)


def _below(data: Json, path: Path) -> Mapping[str, Json]:
    for part in path:
        data = _mapping(data).get(str(part))
    return _mapping(data)


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _problem(
    read: YamlFile,
    path: Path,
    name: str,
    *,
    value: str = "",
    expected: str = "",
    suggestion: str | None = None,
) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        line=read.line(path),
        key=_key(path),
        problem=name,
        value=value[:LONGEST_KEY],
        expected=expected,
        closest=suggestion or "",
    )


def _key(path: Path) -> str:
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            shown += f".{part}" if shown else part
    return shown if len(shown) <= LONGEST_KEY else f"{shown[: LONGEST_KEY - 1]}…"
