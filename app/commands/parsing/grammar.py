"""Parses what people type after the slash command (pure)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from app.commands.parsing.tokenizer import Word, words
from app.errors import UserError
from app.lifecycle.configuration.matching import closest
from app.model.reasons import Reason
from app.model.reasons.binding import RepositoryNameMalformed
from app.model.reasons.typed import OptionEmpty, OptionTooLong, UnknownOption

FLAG, VALUE = False, True
"""Whether an option takes a value."""

HINTS = {"reason": '--reason "why"', "for": "--for 2h"}
"""How an option that takes a value is written in an answer."""

LONGEST = 500
"""Most characters of an option's value: GitHub, a message and a button's value must hold it."""

MANY = 500
"""Most words of a command that ends with a sentence, such as a reason."""

_DASHES = ("--", "—", "–")
_INPUT = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)=(.*)", re.DOTALL)
_ID = re.compile(r"#?([0-9]{1,18})")

_OWNER = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})"
_NAME = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]{1,100}"
_SHORT = re.compile(rf"({_OWNER})/({_NAME})/?")
_HOST = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_ADDRESS = re.compile(
    rf"(?:(?:https?|ssh|git)://(?:[^@/\s]+@)?{_HOST}(?::[0-9]+)?/|[^@/\s]+@{_HOST}[:/]"
    rf"|{_HOST}\.[A-Za-z]{{2,}}/)({_OWNER})/({_NAME})(?:[/?#].*)?",
    re.DOTALL,
)
"""A repository's address as a browser shows it or `git clone` takes it: https, ssh, `git@host:`."""


class Typed(Struct, frozen=True, kw_only=True):
    """A command as typed. `name` is lower case, or empty if nothing was typed.

    `args` of `deploy` are the environment and, if typed, the ref; always in that order, also for
    `deploy <ref> to <environment>`. `options` maps names to True or to a value. `inputs` are the
    `key=value` words, and `twice` lists the keys that were typed more than once.
    """

    name: str
    args: tuple[str, ...] = ()
    options: dict[str, str | bool] = {}
    inputs: dict[str, str] = {}
    twice: tuple[str, ...] = ()

    def flag(self, option: str) -> bool:
        """Whether this option was typed; it takes no value."""
        return bool(self.options.get(option, False))

    def value(self, option: str) -> str | None:
        """The value of this option, or None if it was not typed."""
        found = self.options.get(option)
        return found if isinstance(found, str) else None


class Usage(Struct, frozen=True):
    """How a command is typed after the slash command, and what it does; for `help`, both are plain.

    `arguments` is how many it takes at most. `options` says of each option whether it takes a
    value. If the command takes `inputs`, words like `key=value` are not arguments. `arrange` puts
    the arguments in the order that the command reads: the environment that it deploys to is the
    first. `synonyms` are other tools' words for it.
    """

    typed: str
    does: str
    arguments: int = 1
    options: Mapping[str, bool] = {}
    inputs: bool = False
    arrange: Callable[[tuple[str, ...]], tuple[str, ...]] = tuple
    synonyms: tuple[str, ...] = ()


class Grammar(Struct, frozen=True):
    """How every command is typed, by its name in lower case."""

    usages: Mapping[str, Usage]

    def parse(self, text: str) -> Typed:
        """Parse the text after the slash command; an unknown command may have any arguments.

        Raises `UserError` with `UnknownOption`, `OptionEmpty` or `OptionTooLong`.
        """
        typed = words(text)
        if not typed:
            return Typed(name="")
        name, rest = typed[0].text.lower(), typed[1:]
        usage = self.usages.get(name)
        if usage is None:
            return Typed(name=name, args=tuple(word.text for word in rest))
        reader = _Reader(name, usage)
        reader.read(rest)
        if reader.wrong:
            raise UserError(*reader.wrong)
        args = usage.arrange(tuple(reader.args))
        if len(args) > usage.arguments:
            raise UserError(reader.unknown(args[usage.arguments]))
        return Typed(
            name=name,
            args=args,
            options=reader.options,
            inputs=reader.inputs,
            twice=tuple(reader.twice),
        )

    def closest(self, typed: str) -> str:
        """The command that somebody meant who typed something else; empty if none is close."""
        for name, usage in self.usages.items():
            if typed in usage.synonyms:
                return name
        return closest(typed, self.usages) or ""


class _Reader:
    """Sorts the words after a command into arguments, options and inputs."""

    def __init__(self, name: str, usage: Usage) -> None:
        self._name = name
        self._usage = usage
        self.args: list[str] = []
        self.options: dict[str, str | bool] = {}
        self.inputs: dict[str, str] = {}
        self.twice: list[str] = []
        self.wrong: list[Reason] = []

    def read(self, typed: Iterable[Word]) -> None:
        rest = iter(typed)
        for word in rest:
            given = _INPUT.fullmatch(word.text)
            if _is_option(word):
                self._option(word.text, rest)
            elif given and not word.quoted and self._usage.inputs:
                self._input(given[1], given[2])
            elif word.text:
                self.args.append(word.text)

    def _input(self, name: str, value: str) -> None:
        if name in self.inputs and name not in self.twice:
            self.twice.append(name)
        self.inputs[name] = value

    def _option(self, text: str, rest: Iterator[Word]) -> None:
        name, equals, value = text.lstrip("-—–").partition("=")
        name = name.lower()
        takes_value = self._usage.options.get(name)
        if takes_value is None or (equals and takes_value is FLAG):
            self.wrong.append(self.unknown(text))
            return
        if takes_value is FLAG:
            self.options[name] = True
            return
        if not equals:
            following = next(rest, None)
            value = following.text if following else ""
            if following and _is_option(following):
                self._option(following.text, rest)
                value = ""
        value = value.strip()
        self.options[name] = value
        if not value:
            self.wrong.append(OptionEmpty(typed=f"--{name}", hint=HINTS[name]))
        if len(value) > LONGEST:
            self.wrong.append(OptionTooLong(typed=f"--{name}", limit=LONGEST, found=len(value)))

    def unknown(self, text: str) -> Reason:
        """The reason for something that the command does not take, with the closest option."""
        meant: str | None = None
        if text.startswith(_DASHES):
            word = text.lstrip("-—–").partition("=")[0]
            guess = closest(word, self._usage.options)
            meant = HINTS.get(guess, f"--{guess}") if guess else None
        return UnknownOption(typed=text, closest=meant or "", of=self._name)


def _is_option(word: Word) -> bool:
    return not word.quoted and word.text.startswith(_DASHES)


def environment_first(args: tuple[str, ...]) -> tuple[str, ...]:
    """Put the environment first where `<ref> to <environment>` or `to <environment>` was typed."""
    for length in (3, 2):
        if len(args) >= length and args[length - 2].lower() == "to":
            ref, environment, rest = args[: length - 2], args[length - 1], args[length:]
            return (environment, *ref, *rest)
    return args


def target_first(args: tuple[str, ...]) -> tuple[str, ...]:
    """Put the second environment first where `<from> <to>` or `<from> to <to>` was typed."""
    named = tuple(word for word in args if word.lower() != "to")
    return (named[1], named[0], *named[2:]) if len(named) > 1 else named


def parse_id(text: str) -> int | None:
    """The deployment's id from `812` or `#812`; None if the text is something else."""
    found = _ID.fullmatch(text.strip())
    return int(found[1]) if found else None


def parse_repository(text: str) -> str:
    """The `owner/repo` of `owner/repo` itself, of a web address, or of a clone address.

    Raises `UserError` with `RepositoryNameMalformed`.
    """
    typed = text.strip()
    found = _SHORT.fullmatch(typed) or _ADDRESS.fullmatch(typed)
    name = found[2].removesuffix(".git") if found else ""
    if found is None or name in {"", ".", ".."}:
        raise UserError(RepositoryNameMalformed(typed=typed))
    return f"{found[1]}/{name}"
