"""YAML text to plain data with line numbers: bounded, without anchors, tags or objects (pure).

Built from the parser's events, without recursion, so that no text can exhaust the stack or
grow in memory. Scalars follow YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema):
`on`, `yes` and dates are text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from app.model.build import Json

LONGEST = 32 * 1024
"""Characters of a configuration; a longer one is refused unread."""

DEEPEST = 20
"""Levels of nesting; nothing in a configuration needs more than seven."""

Path = tuple[str | int, ...]

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]{1,18}(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXT_TAGS = ("!", "tag:yaml.org,2002:str")
_BROKEN = object()


class Flaw(Struct, frozen=True, kw_only=True):
    """Something that is wrong with the YAML itself; `name` is an entry of the texts."""

    line: int
    path: Path = ()
    name: str
    value: str = ""


class Read(Struct, frozen=True, kw_only=True):
    """What was read: `data`, the line (from 1) of each path, and every flaw found."""

    data: Json
    lines: Mapping[Path, int]
    flaws: tuple[Flaw, ...]

    def line(self, path: Path) -> int:
        """The line of a path, or of the closest part of it that is in the text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> Read:
    """Read a configuration's text; mappings become dicts with text keys, sequences tuples."""
    builder = _Builder()
    if len(text) > LONGEST:
        builder.flaws.append(Flaw(line=1, name="too_large", value=str(LONGEST)))
    else:
        _feed(builder, text)
    return Read(data=builder.root, lines=builder.lines, flaws=tuple(builder.flaws))


def _feed(builder: "_Builder", text: str) -> None:
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.add(event)
    except _Hopeless as stop:
        builder.flaws.append(stop.flaw)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        builder.flaws.append(Flaw(line=line, name="not_yaml", value=str(error.problem or "")))
    except YAMLError:
        builder.flaws.append(Flaw(line=1, name="not_yaml", value="a character YAML forbids"))
    except (ValueError, OverflowError) as error:
        # ruamel does not wrap what int() and chr() raise for odd directives and escapes
        builder.flaws.append(Flaw(line=1, name="not_yaml", value=str(error)))


class _Hopeless(Exception):
    """Reading on would only find follow-up problems."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.name)
        self.flaw = flaw


@dataclass
class _Frame:
    """A mapping or sequence that is being filled."""

    path: Path
    items: list[Json] | None = None
    entries: dict[str, Json] = field(default_factory=dict)
    key: str | None = None

    def value(self) -> Json:
        return self.entries if self.items is None else tuple(self.items)


class _Builder:
    """Builds data from events and keeps the line of everything."""

    def __init__(self) -> None:
        self.root: Json = None
        self.lines: dict[Path, int] = {}
        self.flaws: list[Flaw] = []
        self._frames: list[_Frame] = []
        self._documents = 0

    def add(self, event: Event) -> None:
        line = event.start_mark.line + 1
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _Hopeless(Flaw(line=line, name="several_documents"))
            case MappingStartEvent() | SequenceStartEvent():
                self._open(event, line)
            case MappingEndEvent() | SequenceEndEvent():
                frame = self._frames.pop()
                self._put(frame.value(), frame.path)
            case ScalarEvent():
                self._scalar(event, line)
            case AliasEvent():
                self._flaw(line, self._next_path(line), "alias", f"*{event.anchor}")
                self._put(_BROKEN, self._next_path(line))

    def _open(self, event: MappingStartEvent | SequenceStartEvent, line: int) -> None:
        if self._wants_key():
            raise _Hopeless(Flaw(line=line, path=self._frames[-1].path, name="key_not_text"))
        path = self._next_path(line)
        if len(self._frames) >= DEEPEST:
            raise _Hopeless(Flaw(line=line, path=path[:3], name="too_deep", value=str(DEEPEST)))
        self._refuse_anchor(event.anchor, line, path)
        if event.tag is not None:
            self._flaw(line, path, "tag", str(event.tag))
        items: list[Json] | None = [] if isinstance(event, SequenceStartEvent) else None
        self._frames.append(_Frame(path, items))

    def _scalar(self, event: ScalarEvent, line: int) -> None:
        if self._wants_key():
            self._key(event, line)
            return
        self._refuse_surrogates(event, line)
        path = self._next_path(line)
        self._refuse_anchor(event.anchor, line, path)
        value: Json = event.value
        if event.tag is None and event.style is None:
            value = _resolve(event.value)
        elif event.tag is not None and str(event.tag) not in _TEXT_TAGS:
            self._flaw(line, path, "tag", str(event.tag))
            value = _BROKEN
        self._put(value, path)

    def _key(self, event: ScalarEvent, line: int) -> None:
        self._refuse_surrogates(event, line)
        frame = self._frames[-1]
        frame.key = event.value
        path = (*frame.path, event.value)
        self._refuse_anchor(event.anchor, line, path)
        if path in self.lines:
            self._flaw(line, path, "duplicate_key", str(self.lines[path]))
        else:
            self.lines[path] = line

    def _put(self, value: Json, path: Path) -> None:
        """Hand a finished value to what contains it; of a duplicate key the first value stays."""
        if not self._frames:
            self.root = None if value is _BROKEN else value
            return
        frame = self._frames[-1]
        if frame.items is not None:
            frame.items.append(None if value is _BROKEN else value)
            return
        if value is not _BROKEN:
            frame.entries.setdefault(str(path[-1]), value)
        frame.key = None

    def _wants_key(self) -> bool:
        return (
            bool(self._frames) and self._frames[-1].items is None and self._frames[-1].key is None
        )

    def _next_path(self, line: int) -> Path:
        if not self._frames:
            self.lines.setdefault((), line)
            return ()
        frame = self._frames[-1]
        step: str | int = len(frame.items) if frame.items is not None else str(frame.key)
        path = (*frame.path, step)
        self.lines.setdefault(path, line)
        return path

    def _refuse_surrogates(self, event: ScalarEvent, line: int) -> None:
        """Half a character (YAML's escapes can write one) could be sent nowhere."""
        if _SURROGATE.search(event.value):
            raise _Hopeless(Flaw(line=line, name="not_yaml", value="half a character"))

    def _refuse_anchor(self, anchor: str | None, line: int, path: Path) -> None:
        if anchor is not None:
            self._flaw(line, path, "anchor", f"&{anchor}")

    def _flaw(self, line: int, path: Path, name: str, value: str) -> None:
        self.flaws.append(Flaw(line=line, path=path, name=name, value=value))


def _resolve(text: str) -> Json:
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
