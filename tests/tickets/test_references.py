"""Finding tickets in what people wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tickets.references import MOST, find_references

ISSUES = "https://github.com/acme/shop/issues"
ASANA_OLD = "https://app.asana.com/0/1199/1200458"
ASANA_NEW = "https://app.asana.com/1/77/project/1199/task/1200458"

FOUND = [
    ("Fix rounding (#12)", ["12"]),
    ("#12, #13; and #14.", ["12", "13", "14"]),
    ("fix/#12-rounding", ["12"]),
    ("closes acme/shop#12", ["12"]),
    ("see other/repo.js#3", ["other/repo.js#3"]),
    ("see Other/Repo#3 and other/repo#3", ["Other/Repo#3"]),
    (f"{ISSUES}/12", ["12"]),
    ("(https://github.com/acme/shop/pull/12/files)", ["12"]),
    ("[x](https://www.github.com/other/repo/issues/9#issuecomment-1)", ["other/repo#9"]),
    (f"Asana: {ASANA_OLD}", ["1200458"]),
    (f"{ASANA_OLD}/f", ["1200458"]),
    (f"<{ASANA_NEW}?focus=true>", ["1200458"]),
    (f"{ASANA_NEW}. Then #7", ["1200458", "7"]),
    (f"#12 {ISSUES}/12 acme/shop#12 ACME/shop#12", ["12"]),
    ("Wechselkurs‒Rundung：#12", ["12"]),
]
NOT_FOUND = [
    "",
    "no tickets",
    "#fff and #a1b2c3",
    "color: #333; background: #112233",
    "#12ab, a#12, PR#12x, &#12; &#39;",
    "#0 #007 #",
    "##12",
    "```\n#12\n``` and `#13`",
    "~~~\n#12\nnever closed",
    "```never closed #12",
    "<!-- Closes #12 -->",
    "https://example.com/#12 https://example.com/a?b=#12",
    "https://github.com.evil.test/acme/shop/issues/12",
    "https://github.com/acme/shop/issues/12abc",
    "https://github.com/acme/shop/tree/main",
    "https://app.asana.com/0/1199/list",
    "https://app.asana.com.evil.test/0/1199/1200458",
    "http://[broken #",
    "#1234567890",
]


@pytest.mark.parametrize(("text", "keys"), FOUND)
def test_references_that_are_found(text: str, keys: list[str]) -> None:
    """Each way to name a ticket, alone and among others."""
    found = find_references([text], repository="acme/shop")
    assert [ticket.key for ticket in found] == keys


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_only_looks_like_a_reference(text: str) -> None:
    """Colours, code, comments, entities, words and other hosts name no ticket."""
    assert find_references([text], repository="acme/shop") == ()


def test_links_lead_to_the_ticket() -> None:
    """Each ticket carries an address that opens it."""
    texts = ["fix-#12", f"other/repo#3 {ASANA_NEW}"]
    found = find_references(texts, repository="acme/shop")
    assert [(ticket.system, ticket.url) for ticket in found] == [
        ("github", f"{ISSUES}/12"),
        ("github", "https://github.com/other/repo/issues/3"),
        ("asana", ASANA_NEW),
    ]


def test_an_enterprise_host_has_its_own_links() -> None:
    """With a host of its own, addresses of github.com are somebody else's."""
    texts = ["#1 https://git.acme.test/acme/shop/issues/2 https://github.com/acme/shop/issues/3"]
    found = find_references(texts, repository="acme/shop", github="https://git.acme.test")
    assert [ticket.url for ticket in found] == [
        "https://git.acme.test/acme/shop/issues/1",
        "https://git.acme.test/acme/shop/issues/2",
    ]


def test_a_long_list_is_cut() -> None:
    """The first ten stay, in the order in which they were named."""
    found = find_references([f"#{number}" for number in range(1, 50)], repository="acme/shop")
    assert [ticket.key for ticket in found] == [str(number) for number in range(1, MOST + 1)]


PIECES = st.sampled_from(
    [
        "#",
        "12",
        "`",
        "```",
        "~~~",
        "<!--",
        "-->",
        "https://",
        "github.com/",
        "acme/shop",
        "/issues/",
        "app.asana.com/0/1/",
        "/task/",
        "color:",
        "a",
        "é",
        "\x00",
        "[",
        "(",
        ")",
    ]
)
SPACES = st.sampled_from([" ", "\n", ""])


@given(st.lists(st.text() | st.lists(PIECES | SPACES, max_size=40).map("".join), max_size=4))
def test_no_text_can_break_it(texts: list[str]) -> None:
    """Any text gives at most ten tickets, each once, each with a number and a safe address."""
    found = find_references(texts, repository="acme/shop")
    keys = [(ticket.system, ticket.key.lower()) for ticket in found]
    assert len(set(keys)) == len(keys) <= MOST
    for ticket in found:
        assert ticket.key.rpartition("#")[2].isdigit()
        assert ticket.url.startswith(("https://", "http://"))
        assert not set(ticket.url) & set(" <>|\"'`\n")


@pytest.mark.parametrize("piece", ["`", "~~~x", "<!--", "a/", "https://", "#", "color:", "a-"])
def test_a_huge_text_is_read_at_once(piece: str) -> None:
    """A pull request's body of the largest size takes no time that anybody notices."""
    assert find_references([piece * (65_536 // len(piece))], repository="acme/shop") == ()
