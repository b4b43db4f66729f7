"""Reading YAML: bounded, located, and without anything clever."""

import time

import pytest

from app.lifecycle.configuration.yaml_reader import DEEPEST, LONGEST, read_yaml


def test_scalars_follow_yaml_1_2():
    """Only the core schema's words are something else than text."""
    read = read_yaml(
        "a: yes\nb: on\nc: 2026-12-20\nd: 010\ne: true\nf: ~\ng: 1.5\nh: '1'\ni: !!str 1\nj: -7\n"
        'k: False\nl: 0x1f\nm: 12e3\nn: "true"\no: |\n  x\n  y\n'
    )

    assert read.flaws == ()
    assert read.data == {
        "a": "yes",
        "b": "on",
        "c": "2026-12-20",
        "d": 10,
        "e": True,
        "f": None,
        "g": 1.5,
        "h": "1",
        "i": "1",
        "j": -7,
        "k": False,
        "l": "0x1f",
        "m": 12000.0,
        "n": "true",
        "o": "x\ny\n",
    }


def test_every_path_has_its_line():
    """A path that is not in the text is where its closest part is."""
    read = read_yaml("a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n")

    assert read.line(("b", 1, "d")) == 5
    assert read.line(("b", 0)) == 3
    assert read.line(("b", 1, "e", "f")) == 4
    assert read.line(("nowhere",)) == 1
    assert read.data == {"a": 1, "b": ("x", {"c": 2, "d": 3})}


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("a: 1\nb: 2\na: 3", "duplicate_key", 3),
        ("a: {b: 1,\n b: 2}", "duplicate_key", 2),
        ("a: &x 1", "anchor", 1),
        ("&x a: 1", "anchor", 1),
        ("a: &x [1]", "anchor", 1),
        ("b: 1\na: *x", "alias", 2),
        ("a: !!python/object/apply:os.system [x]", "tag", 1),
        ("a: !secret x", "tag", 1),
        ("a: !!set {x}", "tag", 1),
        ("a: !!int 1", "tag", 1),
        ("b: 1\n!secret a: 1", "tag", 2),
        ("a: &x 1\nb: &x 1", "anchor", 2),
        ("*x : 1", "alias", 1),
        ("? [a]\n: b", "key_not_text", 1),
        ("? {a: b}\n: b", "key_not_text", 1),
        ("a: 1\n---\nb: 1", "several_documents", 2),
        ("a: [", "not_yaml", 1),
        ("a:\n\tb: 1", "not_yaml", 2),
        ("a: b: c", "not_yaml", 1),
        ("a: \x00", "not_yaml", 1),
        ('a: "\\ud800"', "not_yaml", 1),
        ('"\\ud800": 1', "not_yaml", 1),
        ('a: "\\U99999999"', "not_yaml", 1),
        ("%YAML 2.0\n---\na: 1", "not_yaml", 1),
        ("x" * (LONGEST + 1), "too_large", 1),
        ("[" * (DEEPEST + 1), "too_deep", 1),
        ("- " * 1000, "too_deep", 1),
    ],
)
def test_what_is_not_read_is_told(text: str, name: str, line: int):
    """Each refusal has its name and its line."""
    assert (name, line) in [(flaw.name, flaw.line) for flaw in read_yaml(text).flaws]


def test_a_flaw_hides_nothing_after_it():
    """Reading goes on behind a duplicate key or a reference."""
    read = read_yaml("a: 1\na: 2\nb: *x\nc: !t 1\nd: [*y, 2]\ne: 3\n")

    assert [flaw.name for flaw in read.flaws] == ["duplicate_key", "alias", "tag", "alias"]
    assert read.data == {"a": 1, "d": (None, 2), "e": 3}


def test_the_deepest_nesting_is_read():
    """The bound itself is allowed."""
    text = "[" * DEEPEST + "]" * DEEPEST

    assert read_yaml(text).flaws == ()


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "- ",
        "{a: ",
        "? ",
        "&a ",
        "a: b\n",
        "'x\n",
        "# x\n",
        "\n",
        "[1,2,3],\n- ",
        '"\\x41',
        "%",
    ],
)
def test_the_largest_text_is_read_soon(unit: str):
    """No text of the allowed size keeps the process busy for long."""
    began = time.process_time()

    read_yaml((unit * LONGEST)[:LONGEST])

    assert time.process_time() - began < 10
