"""What people type, in the shapes in which it arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from app.commands import GRAMMAR
from app.commands.parsing.grammar import Typed, parse_id, parse_repository
from app.errors import UserError
from app.texts.failures.catalogue import explain_all
from app.texts.speech import speak_as


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("deploy production", ("production",)),
        ("deploy production main", ("production", "main")),
        ("deploy main to production", ("production", "main")),
        ("deploy main TO production", ("production", "main")),
        ("deploy to production", ("production",)),
        ("deploy to production main", ("production", "main")),
        ("deploy to to production", ("production", "to")),
        ("  DEPLOY \t production\n main ", ("production", "main")),
        ('deploy "my environment" main', ("my environment", "main")),
        ("deploy “my environment” main", ("my environment", "main")),
        ("deploy don't", ("don't",)),
        ("deploy `production` *main*", ("production", "main")),
        ("*`deploy`* ~production~ _wip_", ("production", "_wip_")),
        ("deploy production “*”", ("production", "*")),
        ("deploy production <https://x.io/a>", ("production", "https://x.io/a")),
        ("deploy production <main>", ("production", "<main>")),
        ("deploy production #12", ("production", "#12")),
        ("deploy production ''", ("production",)),
        ("deploy", ()),
    ],
)
def test_both_word_orders_mean_the_same(text: str, args: tuple[str, ...]):
    """The environment comes first, however it was typed and formatted."""
    assert GRAMMAR.parse(text) == Typed(name="deploy", args=args)


@pytest.mark.parametrize(
    "text",
    [
        'deploy production --force --reason "fix the shop"',
        "deploy production --reason 'fix the shop' --force",
        "deploy production --reason=“fix the shop” --FORCE",
        "deploy --force --reason “fix the shop” to production",
        "deploy —force production —reason «fix the shop»",
        "deploy –reason „fix the shop“ –force production",
        'deploy production --force --reason "fix the shop',
    ],
)
def test_options_are_read_in_every_spelling(text: str):
    """Curved quotes, dashes that an editor joined, an equals sign, a quote left open."""
    typed = GRAMMAR.parse(text)

    assert typed.args == ("production",)
    assert typed.flag("force")
    assert typed.value("reason") == "fix the shop"
    assert not typed.flag("new")
    assert typed.value("force") is None


def test_inputs_are_key_and_value():
    """`key=value` is an input of `deploy` alone, and never where it was quoted."""
    typed = GRAMMAR.parse("deploy production migrate=true note=\"a b\" 'x=y' url=a=b empty=")

    assert typed.inputs == {"migrate": "true", "note": "a b", "url": "a=b", "empty": ""}
    assert typed.args == ("production", "x=y")
    assert typed.twice == ()
    assert GRAMMAR.parse("deploy a x=1 y=2 x=1 x=3").twice == ("x",)
    assert GRAMMAR.parse("status a=b").args == ("a=b",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "deploy production --froce",
            "Unknown option `--froce`. Did you mean `--force`?",
        ),
        ("deploy production --force=yes", "Unknown option `--force=yes`."),
        ("deploy production —resaon x", 'Did you mean `--reason "why"`?'),
        (
            "deploy production main v2",
            "I don't understand `v2`. `/cimon help` lists what you can ty",
        ),
        ("list production staging", "I don't understand `staging`."),
        ("reset now", "I don't understand `now`."),
        ("setup a b/c", "I don't understand `b/c`."),
        ("status --all", "Unknown option `--all`."),
        ("list --al", "Did you mean `--all`?"),
    ],
)
def test_what_does_not_belong_is_refused(text: str, said: str):
    """The mistake names what was typed and what was probably meant."""
    with pytest.raises(UserError) as caught:
        GRAMMAR.parse(text)

    assert caught.value.reasons[0].name == "unknown_option"
    assert said in explain_all(caught.value.reasons)


@pytest.mark.parametrize(
    "text", ["--reason", "--reason ''", "--reason= ", "—Reason", "--reason --force"]
)
def test_an_option_without_its_value(text: str):
    """It is said how to write it."""
    with pytest.raises(UserError) as caught:
        GRAMMAR.parse(f"deploy production {text}")

    assert explain_all(caught.value.reasons) == snapshot(
        '`--reason` needs a value: `--reason "why"`. Nothing was deployed.'
    )


def test_a_value_that_looks_like_an_option():
    """In quotes it is a value."""
    assert GRAMMAR.parse("deploy production --reason '--force'").value("reason") == "--force"


def test_an_option_whose_value_is_too_long():
    """It is said how long it may be."""
    assert GRAMMAR.parse(f"deploy production --reason '{'x' * 500}'").value("reason") == "x" * 500
    with pytest.raises(UserError) as caught:
        GRAMMAR.parse(f"deploy production --reason '{'x' * 501}'")

    assert explain_all(caught.value.reasons) == snapshot(
        "`--reason` is too long: 501 characters, and the limit is 500. Shorten it. Nothing was deployed."
    )


def test_a_mistake_is_said_in_full():
    """The whole sentence, with the slash command that this installation answers."""
    speak_as("/ship")
    with pytest.raises(UserError) as caught:
        GRAMMAR.parse("deploy x --<!channel>")

    assert explain_all(caught.value.reasons) == snapshot(
        "Unknown option `--&lt;!channel&gt;`. `/ship help` lists the options. Nothing was deployed."
    )


def test_an_unknown_command_is_left_to_others():
    """Its words are kept as they are, options too."""
    assert GRAMMAR.parse("depoly Production --x") == Typed(
        name="depoly", args=("Production", "--x")
    )
    assert GRAMMAR.parse("  ") == Typed(name="")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ('"fix <script> &amp; <b|c> tags"', "fix <script> &amp; <b|c> tags"),
        ("“use «quotes» and 'more'”", "use «quotes» and 'more'"),
        ('“say "hi"”', 'say "hi"'),
        ('"half curved”', "half curved"),
        ("‘half straight'", "half straight"),
        ("»swapped«", "swapped"),
        ("*why*", "why"),
        ("'*why*'", "*why*"),
    ],
)
def test_a_reason_is_what_its_author_wrote(typed: str, reason: str):
    """Brackets and other quotes inside are kept; a quote is closed by one of its kind."""
    assert GRAMMAR.parse(f"deploy production --reason {typed}").value("reason") == reason


@pytest.mark.parametrize(
    "text",
    [
        "acme/shop",
        "acme/shop/",
        " acme/shop ",
        "https://github.com/acme/shop",
        "https://github.com/acme/shop/",
        "https://github.com/acme/shop.git",
        "http://www.github.com/acme/shop",
        "github.com/acme/shop",
        "https://github.com/acme/shop/tree/main",
        "https://github.com/acme/shop/pull/12/files",
        "https://github.com/acme/shop?tab=readme-ov-file#usage",
        "https://ghe.acme.io:8443/acme/shop/pulls",
        "git@github.com:acme/shop.git",
        "ssh://git@github.com/acme/shop.git",
        "git://github.com/acme/shop.git",
        "https://token@github.com/acme/shop",
    ],
)
def test_a_repository_is_understood_as_pasted(text: str):
    """What a browser shows and what git clones."""
    assert parse_repository(text) == "acme/shop"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop",
        "acme/",
        "/acme/shop",
        "acme shop",
        "acme/shop/tree",
        "acme/..",
        "../etc",
        "acme/.git",
        "-acme/shop",
        "acme/sh op",
        "acme/<shop>",
        "github.com/acme",
        "https://github.com",
        "a" * 41 + "/shop",
        "acme/" + "s" * 101,
    ],
)
def test_what_is_no_repository_is_refused(text: str):
    """The mistake shows the form."""
    with pytest.raises(UserError) as caught:
        parse_repository(text)

    assert caught.value.reasons[0].name == "repository_name_malformed"
    assert "owner/repo" in explain_all(caught.value.reasons)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("812", 812),
        ("#812", 812),
        (" 812 ", 812),
        ("8a", None),
        ("", None),
        ("-1", None),
        ("٣", None),
        ("1" * 18, int("1" * 18)),
        ("1" * 19, None),
    ],
)
def test_numbers_of_deployments(text: str, number: int | None):
    """With or without a number sign; nothing else is one."""
    assert parse_id(text) == number


NAMES = st.sampled_from(["deploy", "list", "status", "setup", "Deploy", "depoly", ""])
SIGNS = st.text(alphabet="ab-—–=\"'“”„«»‘’<>|&;@#! \t\n", max_size=20)


@given(st.builds(lambda name, rest: f"{name} {rest}", NAMES, SIGNS | st.text(max_size=60)))
def test_nothing_but_a_users_mistake_is_raised(text: str):
    """Any text is a command, or a mistake with a name and a sentence."""
    assert outcome(text)


def outcome(text: str) -> object:
    """What a text is: a command, or the name of the mistake."""
    try:
        return GRAMMAR.parse(text)
    except UserError as mistake:
        return explain_all(mistake.reasons)


@given(st.text(max_size=80))
def test_repositories_raise_nothing_else(text: str):
    """Any text is a repository of two parts, or the one mistake."""
    try:
        found = parse_repository(text)
    except UserError as mistake:
        found = mistake.reasons[0].name
    assert found == "repository_name_malformed" or found.count("/") == 1


PLAIN = st.text(alphabet="abcxyz019._/-", min_size=1, max_size=12).filter(
    lambda word: not word.startswith("-") and word.lower() != "to"
)


@given(PLAIN, PLAIN, st.sampled_from(['"', "'"]), st.booleans())
def test_a_typed_deployment_comes_back(environment: str, ref: str, quote: str, to: bool):
    """Whichever order and quotes, the same environment and ref are read."""
    first, second = f"{quote}{environment}{quote}", f"{quote}{ref}{quote}"
    text = f"deploy {second} to {first}" if to else f"deploy {first} {second}"

    assert GRAMMAR.parse(text).args == (environment, ref)


@given(
    st.from_regex(r"\A[a-zA-Z0-9][a-zA-Z0-9-]{0,20}\Z"),
    st.from_regex(r"\A[a-zA-Z0-9_.-]{1,20}\Z").filter(
        lambda name: name not in {".", ".."} and not name.endswith(".git")
    ),
    st.sampled_from(["{}", "https://github.com/{}", "https://github.com/{}.git", "git@h.io:{}"]),
)
def test_a_repository_comes_back_from_every_form(owner: str, name: str, form: str):
    """The same owner and name, from each spelling."""
    assert parse_repository(form.format(f"{owner}/{name}")) == f"{owner}/{name}"


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("promote staging production", ("production", "staging")),
        ("promote staging TO production", ("production", "staging")),
        ("promote staging", ("staging",)),
        ("promote", ()),
    ],
)
def test_where_a_promotion_goes_is_first(text: str, args: tuple[str, ...]):
    """As for every command that deploys, so that `cancel` finds it by that environment."""
    assert GRAMMAR.parse(text).args == args


def test_names_are_lower_case_and_synonyms_are_no_names():
    """A name is looked up in lower case, and a synonym is only a guess for an unknown one."""
    names = list(GRAMMAR.usages)
    synonyms = [word for usage in GRAMMAR.usages.values() for word in usage.synonyms]
    assert all(word == word.lower() for word in names + synonyms)
    assert len({*names, *synonyms}) == len(names + synonyms)
