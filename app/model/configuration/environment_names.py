"""How names of environments are compared, and which may be made (pure).

A name that only looks like another one would have rules and a line of its own.
"""

import re
import unicodedata

LONGEST = 255
"""Characters of an environment's name that GitHub takes.

https://docs.github.com/en/rest/deployments/environments
"""

_PLAIN = re.compile(r"[A-Za-z0-9_./](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?")
_IGNORED = (
    *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
    *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10),
    *range(0xE0000, 0xE1000),
)
"""Characters that show nothing, and are neither controls nor formats: fillers, selectors.

https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
"""
_FILLERS = frozenset(map(chr, _IGNORED))


def visible(name: str) -> str:
    """What is seen of a name: in Unicode's form NFKC, without what shows nothing, single blanks."""
    normal = unicodedata.normalize("NFKC", name)
    return " ".join("".join(sign for sign in normal if not _invisible(sign)).split())


def folded(name: str) -> str:
    """A name as it is compared: two that differ only invisibly or in case are one."""
    return visible(name).casefold()


def is_plain(name: str) -> bool:
    """Whether anybody can read and type it: letters, digits, `_ . / -`, and blanks between.

    One that begins with `-` would be an option.
    """
    return len(name) <= LONGEST and _PLAIN.fullmatch(name) is not None


def _invisible(sign: str) -> bool:
    hidden = unicodedata.category(sign) in {"Cc", "Cf"} or sign in _FILLERS
    return hidden and not sign.isspace()
