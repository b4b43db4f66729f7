"""How environment names are compared, and which new names are allowed (pure).

Otherwise a name that only looks like another would have its own rules and its own queue.
"""

import re
import unicodedata

LONGEST = 255
"""Most characters that GitHub accepts in an environment's name.

https://docs.github.com/en/rest/deployments/environments
"""

_PLAIN = re.compile(r"[A-Za-z0-9_./](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?")
_IGNORED = (
    *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
    *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10),
    *range(0xE0000, 0xE1000),
)
"""Invisible characters outside the categories Cc and Cf: fillers and variation selectors.

https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
"""
_FILLERS = frozenset(map(chr, _IGNORED))


def visible(name: str) -> str:
    """A name as people see it: NFKC, without invisible characters, with single spaces."""
    normal = unicodedata.normalize("NFKC", name)
    return " ".join("".join(sign for sign in normal if not _invisible(sign)).split())


def folded(name: str) -> str:
    """A name in the form to compare: names that differ only invisibly or in case are the same."""
    return visible(name).casefold()


def is_plain(name: str) -> bool:
    """Whether a name has only letters, digits, `_ . / -` and inner spaces, so is easy to type.

    It may not begin with `-`, which would make it an option of a command.
    """
    return len(name) <= LONGEST and _PLAIN.fullmatch(name) is not None


def _invisible(sign: str) -> bool:
    hidden = unicodedata.category(sign) in {"Cc", "Cf"} or sign in _FILLERS
    return hidden and not sign.isspace()
