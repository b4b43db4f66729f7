"""What is wrong with a repository's configuration, and what stands in it: plain sentences.

They are shown on a terminal, in a check run and (escaped there) in Slack.
"""

from collections.abc import Sequence

from app.model.config_file import CONFIG_FILE, MOST_PROBLEMS
from app.model.reasons.gates import ConfigurationInvalid

_SENTENCES = {
    "extra_forbidden": "this key is unknown here",
    "missing": "this key is missing",
    "duplicate_key": "this key stands here twice; the first is on line {value}",
    "unknown_value": "{value} is not known here; it can be {expected}",
    "literal_error": "this can be {expected}",
    "enum": "this can be {expected}",
    "string_type": "this must be text; put it in quotes",
    "bool_type": "this must be true or false",
    "int_type": "this must be a whole number",
    "greater_than_equal": "this number is too small",
    "less_than_equal": "this number is too large",
    "tuple_type": 'this must be a list, such as ["main"]',
    "dict_type": "this must be keys with values below it",
    "model_type": "this must be keys with values below it",
    "too_long": "these are too many; CircleCI takes 100 parameters",
    "line": "this must be text on one line, at most 255 characters, without blanks around it",
    "duration": "this must be a duration such as 90s, 60m or 1h30m, at most 168h",
    "url": "this must be an address such as https://pr{number}.example.com",
    "person": 'this must be a person such as "@octocat" or a team such as "team:acme/leads"',
    "window": 'this must be a window such as "Mon-Thu 09:00-16:00 Europe/London"',
    "zone": "this time zone is not known; it must be one such as Europe/London or UTC",
    "freeze": 'this must be dates such as "2026-12-20..2027-01-03", the first one first',
    "checks": "this must be all, or a list of names and globs ([] for none)",
    "channel_id": "this must be a Slack channel's id such as C0123ABCD, not its name",
    "project_slug": "this must be a project such as gh/acme/shop or circleci/<org id>/<project id>",
    "definition_id": "this must be the id that CircleCI's project settings show",
    "parameter_name": "a parameter's name is letters, digits, _ and -, not beginning with a digit",
    "parameter_value": "this must be text (at most 512 characters), a whole number, true or false",
    "app_name": "this must be an app's slug, or a bot's login without [bot]",
    "input_default": "the default does not fit the type",
    "input_options": "options belong to the type enum, and that type needs them",
    "input_reserved": "deploybot sends a parameter of this name itself",
    "alias_of_many": "an alias needs one environment; this name stands for many",
    "required_itself": "an environment cannot require itself",
    "and_more": "and {value} more from here on",
    "not_yaml": "this is not YAML: {value}",
    "too_large": "the file is longer than {value} characters",
    "too_deep": "this is nested deeper than {value} levels",
    "several_documents": "the file must hold one document; a second one begins here",
    "key_not_text": "a key must be plain text",
    "alias": "{value}: references are not read; write the value out",
    "anchor": "{value}: anchors are not read; write the value out where it is used",
    "tag": "{value}: tags are not read; leave it out",
    "empty": "the file must hold keys with values, such as version: 1",
}


def config_sentence(problem: ConfigurationInvalid) -> str:
    """What is wrong, without a full stop; values are shown as they are."""
    sentence = _SENTENCES.get(problem.problem, "this value does not fit here")
    shown = sentence.replace("{value}", _short(problem.value))
    return shown.replace("{expected}", problem.expected)


def config_line(problem: ConfigurationInvalid) -> str:
    """One problem as a line of a terminal or of a check run."""
    where = f"line {problem.line}: {problem.key}: " if problem.key else f"line {problem.line}: "
    meant = f"; did you mean {problem.closest}?" if problem.closest else ""
    return f"{where}{config_sentence(problem)}{meant}"


def check_title(problems: int) -> str:
    """The check run's headline."""
    return f"{CONFIG_FILE} has {counted(problems)}" if problems else f"{CONFIG_FILE} is valid"


def counted(problems: int) -> str:
    """How many lines of problems there are, the one about the rest among them."""
    if problems > MOST_PROBLEMS:
        return f"more than {MOST_PROBLEMS} problems"
    return "1 problem" if problems == 1 else f"{problems} problems"


def check_summary(problems: Sequence[ConfigurationInvalid]) -> str:
    """The check run's text: Markdown, in which a problem's words are code."""
    if not problems:
        return "Deployments follow this file from now on."
    listed = "\n".join(f"- `{config_line(problem).replace('`', 'ˋ')}`" for problem in problems)
    return f"{listed}\n\nNothing deploys until this is mended on the default branch."


def _short(value: str) -> str:
    shown = " ".join(value.split())
    return shown if len(shown) <= 100 else f"{shown[:99]}…"
