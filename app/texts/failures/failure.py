"""A way to fail: its name, when it happens, and the sentence that is said about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.texts.markup import bold, code, link, local_time, words
from app.texts.speech import typed

LONGEST_QUOTE = 300
"""Characters of somebody else's words that are quoted; the rest is cut."""


@dataclass(frozen=True)
class Details:
    """The values of one failure, escaped as they are taken out; a missing one is empty.

    `values` are not escaped; a list is one value with a line an item; times are epoch
    seconds.
    """

    values: Mapping[str, str]

    def raw(self, key: str) -> str:
        """The value as it came, to decide with, never to show."""
        return self.values.get(key, "").strip()

    def text(self, key: str, otherwise: str = "") -> str:
        """The value on one line; `otherwise` is ours and shown as it is."""
        return words(self.raw(key)[:LONGEST_QUOTE]) or otherwise

    def code(self, key: str, otherwise: str = "") -> str:
        """The value in code style."""
        value = self.raw(key)[:LONGEST_QUOTE]
        return code(value) if value else otherwise

    def bold(self, key: str, otherwise: str = "") -> str:
        """The value in bold."""
        value = self.raw(key)[:LONGEST_QUOTE]
        return bold(value) if value else otherwise

    def link(self, url: str, label: str) -> str:
        """A link to the address under the key `url`; without one, the label (ours)."""
        return link(self.raw(url), label)

    def time(self, key: str, otherwise: str = "") -> str:
        """The value as a time in the reader's zone."""
        return self._at(key, "{date_short_pretty} {time}", otherwise)

    def clock(self, key: str, otherwise: str = "") -> str:
        """The value as a time to the second, for what is soon."""
        return self._at(key, "{time_secs}", otherwise)

    def _at(self, key: str, form: str, otherwise: str) -> str:
        try:
            return local_time(float(self.raw(key)), form)
        except (ValueError, OverflowError):
            return self.text(key, otherwise)

    def lines(self, key: str) -> tuple[str, ...]:
        """The items of a list, not escaped."""
        return tuple(line.strip() for line in self.raw(key).splitlines() if line.strip())

    def codes(self, key: str, otherwise: str = "", *, most: int = 10) -> str:
        """The items of a list in code style, separated by commas."""
        items = self.lines(key)
        shown = ", ".join(code(item[:LONGEST_QUOTE]) for item in items[:most])
        rest = f" and {len(items) - most} more" if len(items) > most else ""
        return f"{shown}{rest}" or otherwise

    def links(self, key: str, urls: str) -> str:
        """The items of a list, each linked to the address on the same line of `urls`."""
        names = self.values.get(key, "").split("\n")
        targets = [*self.values.get(urls, "").split("\n"), *([""] * len(names))]
        return ", ".join(
            link(url.strip(), item) if url.strip() else code(item)
            for item, url in zip(names, targets, strict=False)
            if item.strip()
        )

    def so(self, key: str, sentence: str) -> str:
        """`sentence` with the value in place of `{}`, or nothing where there is no value."""
        value = self.text(key)
        return sentence.replace("{}", value) if value else ""

    def quote(self, key: str = "message", lead: str = ": ") -> str:
        """Somebody else's words, quoted once, after `lead`; a full stop without any."""
        value = self.raw(key)[:LONGEST_QUOTE].rstrip(". ")
        return f"{lead}{code(value)}." if value else "."

    def typed(self, what: str) -> str:
        """What can be typed, in code style, slash command first."""
        return typed(what)


@dataclass(frozen=True)
class Failure:
    """An entry of the catalogue.

    `when` (Markdown) says what makes it happen, `example` the details it takes, `say` the
    sentence (markup). `undeployed` adds "Nothing was deployed.", or what is true of the command
    that the details name as `of`; `ending` is a sentence that is said once after several of them.
    """

    name: str
    when: str
    say: Callable[[Details], str]
    example: Mapping[str, str]
    undeployed: bool = False
    ending: str = ""
