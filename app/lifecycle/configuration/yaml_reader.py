"""Reads YAML as plain data with line numbers, without anchors, aliases, tags or objects (pure).

The size and depth of the text are limited. Plain scalars follow YAML 1.2's core schema
(https://yaml.org/spec/1.2.2/#103-core-schema), in which `on`, `yes` and dates are text.
"""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionStartEvent
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tag import Tag

from app.model import Json

LONGEST = 32 * 1024
"""Most characters of a configuration; a longer one is not read."""

DEEPEST = 20
"""Most levels of nesting; a valid configuration has at most seven."""

Path = tuple[str | int, ...]

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]{1,18}(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_SURROGATE = re.compile("[\ud800-\udfff]")

_PLAIN = Tag(suffix="plain")
_ALIAS = Tag(suffix="alias")
_BROKEN = object()


class Flaw(Struct, frozen=True, kw_only=True):
    """A problem of the YAML itself.

    `name` is that of its sentence in `app/texts/failures/config_problems.py`.
    """

    line: int
    path: Path = ()
    name: str
    value: str = ""


class YamlFile(Struct, frozen=True, kw_only=True):
    """What was read: the data, the line (counted from 1) of each path, and all flaws."""

    data: Json
    lines: Mapping[Path, int]
    flaws: tuple[Flaw, ...]

    def line(self, path: Path) -> int:
        """The line of a path, or of the longest part of it that is in the text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> YamlFile:
    """Read a configuration's text; mappings become dicts with text keys, sequences tuples.

    It never raises: a text that is not YAML, too long or too deep has one flaw and no data.
    """
    root = _composed(text)
    if isinstance(root, Flaw):
        return YamlFile(data=None, lines={}, flaws=(root,))
    reader = _Reader()
    data = None if root is None else reader.read(root, (), _line(root))
    return YamlFile(
        data=None if data is _BROKEN else data, lines=reader.lines, flaws=tuple(reader.flaws)
    )


def _composed(text: str) -> Node | Flaw | None:
    """The root node of the text (None if it is empty), or what is wrong with the text."""
    if len(text) > LONGEST:
        return Flaw(line=1, name="too_large", value=str(LONGEST))
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer, yaml.Resolver = _BoundedComposer, _PlainResolver
    try:
        root: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        if isinstance(error, _TooDeep):
            return Flaw(line=line, name="too_deep", value=str(DEEPEST))
        if isinstance(error, ComposerError):  # the only one left, as aliases are composed
            return Flaw(line=line, name="several_documents")
        return Flaw(line=line, name="not_yaml", value=str(error.problem or ""))
    except YAMLError:
        return Flaw(line=1, name="not_yaml", value="a character YAML forbids")
    except (ValueError, OverflowError) as error:
        # ruamel does not wrap what int() and chr() raise for odd directives and escapes
        return Flaw(line=1, name="not_yaml", value=str(error))
    return root


class _TooDeep(MarkedYAMLError):
    """The text is nested more than `DEEPEST` levels deep."""


class _BoundedComposer(Composer):
    """Stops at `DEEPEST` levels, and turns an alias into a node, so that it can be reported."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False
        self._levels = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent):
            self.parser.get_event()
            return ScalarNode(_ALIAS, event.anchor, event.start_mark, event.end_mark)
        if not isinstance(event, CollectionStartEvent):
            return super().compose_node(parent, index)
        if self._levels == DEEPEST:
            raise _TooDeep(problem_mark=event.start_mark)
        self._levels += 1
        node = super().compose_node(parent, index)
        self._levels -= 1
        return node


class _PlainResolver(VersionedResolver):
    """Marks scalars that have neither quotes nor a tag, instead of guessing their types."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is ScalarNode and implicit[0]:
            return _PLAIN
        return super().resolve(kind, value, implicit)


class _Reader:
    """Turns nodes into data, and collects the line of every path and the flaws."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.flaws: list[Flaw] = []

    def read(self, node: Node, path: Path, line: int) -> Json:
        """A node's value, or `_BROKEN` if it is not valid; `line` is where its path begins."""
        self.lines.setdefault(path, line)
        if node.anchor is not None:
            self._flaw(node, path, "anchor", f"&{node.anchor}")
        match node:
            case ScalarNode():
                return self._scalar(node, path)
            case SequenceNode():
                self._refuse_tag(node, path, VersionedResolver.DEFAULT_SEQUENCE_TAG)
                return self._sequence(node, path)
        self._refuse_tag(node, path, VersionedResolver.DEFAULT_MAPPING_TAG)
        return self._mapping(node, path)

    def _scalar(self, node: ScalarNode, path: Path) -> Json:
        if node.ctag is _ALIAS:
            self._flaw(node, path, "alias", f"*{node.value}")
        elif _SURROGATE.search(node.value):  # written by an escape; no provider could be sent it
            self._flaw(node, (), "not_yaml", "half a character")
        elif node.ctag is _PLAIN:
            return _resolve(node.value)
        elif not self._refuse_tag(node, path, VersionedResolver.DEFAULT_SCALAR_TAG):
            return node.value
        return _BROKEN

    def _sequence(self, node: SequenceNode, path: Path) -> Json:
        items = enumerate(node.value)
        values = [self.read(item, (*path, place), _line(item)) for place, item in items]
        return tuple(None if value is _BROKEN else value for value in values)

    def _mapping(self, node: Node, path: Path) -> Json:
        """A mapping's entries; if a key occurs twice, the first value is kept."""
        entries: dict[str, Json] = {}
        first: dict[str, int] = {}
        for key, held in node.value:
            name = self._key(key, path)
            if name is None:
                continue
            if name in first:
                self._flaw(key, (*path, name), "duplicate_key", str(first[name]))
            first.setdefault(name, _line(key))
            value = self.read(held, (*path, name), _line(key))
            if value is not _BROKEN:
                entries.setdefault(name, value)
        return entries

    def _key(self, key: Node, path: Path) -> str | None:
        if not isinstance(key, ScalarNode):
            self._flaw(key, path, "key_not_text")
            return None
        if self._scalar(key, path) is _BROKEN:
            return None
        if key.anchor is not None:
            self._flaw(key, (*path, key.value), "anchor", f"&{key.anchor}")
        return str(key.value)

    def _refuse_tag(self, node: Node, path: Path, allowed: Tag) -> bool:
        if node.tag == str(allowed):
            return False
        self._flaw(node, path, "tag", str(node.tag))
        return True

    def _flaw(self, node: Node, path: Path, name: str, value: str = "") -> None:
        self.flaws.append(Flaw(line=_line(node), path=path, name=name, value=value))


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


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
