"""A repository's configuration file is invalid or unreadable: deployments are blocked.

What is wrong with a line is said in plain text: for a terminal, a check run and (escaped) Slack.
"""

from app.model.configuration.file import CONFIG_FILE, MOST_PROBLEMS
from app.model.reasons.gates import ConfigurationInvalid, ConfigurationUnreadable
from app.texts.failures.failure import failure
from app.texts.markup import code, cut, words
from app.texts.phrases import coded, quote

LONGEST = 100
"""Characters that are shown of a wrong value."""

_SENTENCES = {
    "extra_forbidden": "unknown key",
    "missing": "missing key",
    "duplicate_key": "duplicate key; the first one is on line {value}",
    "unknown_value": "unknown value {value}; use {expected}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "string_type": "must be text; put it in quotes",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "greater_than_equal": "this number is too small",
    "less_than_equal": "this number is too large",
    "tuple_type": 'must be a list, such as ["main"]',
    "dict_type": "must be keys with values below it",
    "model_type": "must be keys with values below it",
    "too_long": "too many; CircleCI takes 100 parameters",
    "line": "must be one line of text, at most 255 characters, with no spaces around it",
    "duration": "must be a duration such as 90s, 60m or 1h30m, at most 168h",
    "url": "must be a URL such as https://pr{number}.example.com",
    "person": 'must be a person such as "@octocat" or a team such as "team:acme/leads"',
    "window": 'must be a window such as "Mon-Thu 09:00-16:00 Europe/London"',
    "zone": "unknown time zone; use one such as Europe/London or UTC",
    "freeze": 'must be dates such as "2026-12-20..2027-01-03", the earlier one first',
    "checks": "must be all, or a list of names and globs ([] for none)",
    "channel_id": "must be a Slack channel's ID such as C0123ABCD, not its name",
    "project_slug": "must be a project such as gh/acme/shop or circleci/<org id>/<project id>",
    "definition_id": "must be the ID shown in CircleCI's project settings",
    "parameter_name": "parameter names are letters, digits, _ and -, and don't start with a digit",
    "parameter_value": "must be text (at most 512 characters), a whole number, true or false",
    "app_name": "must be an app's slug, or a bot's login without [bot]",
    "input_default": "the default doesn't match the type",
    "input_options": "options go with the type enum, and that type needs them",
    "input_reserved": "deploybot already sends a parameter with this name",
    "input_constant": "there's an input with this name; rename or remove one of them",
    "input_undecided": "needs a default, because {value} deploys automatically",
    "alias_of_many": "an alias needs one environment; this name stands for many",
    "requirement": "must be an environment such as staging, or {staging: 1h}",
    "required_itself": "an environment can't require itself",
    "and_more": "and {value} more from here on",
    "twice": "deploybot.yml and deploybot.yaml are both here; keep one",
    "not_yaml": "not valid YAML: {value}",
    "too_large": "the file is longer than {value} characters",
    "too_deep": "nested deeper than {value} levels",
    "several_documents": "the file can only have one document; a second one starts here",
    "key_not_text": "keys must be plain text",
    "alias": "{value}: references don't work here; write the value out",
    "anchor": "{value}: anchors don't work here; write the value out where you use it",
    "tag": "{value}: tags don't work here; remove it",
    "empty": "the file needs keys with values, such as version: 1",
}


def config_sentence(problem: ConfigurationInvalid) -> str:
    """What is wrong, without a full stop; values aren't escaped."""
    sentence = _SENTENCES.get(problem.problem, "this value doesn't work here")
    shown = sentence.replace("{value}", cut(" ".join(problem.value.split()), LONGEST))
    return shown.replace("{expected}", problem.expected)


def config_line(problem: ConfigurationInvalid) -> str:
    """One problem with its line number, for a terminal or a check run."""
    return f"line {problem.line}: {config_note(problem)}"


def config_note(problem: ConfigurationInvalid) -> str:
    """One problem, for a place that shows its line number already."""
    where = f"{problem.key}: " if problem.key else ""
    meant = f"; did you mean {problem.closest}?" if problem.closest else ""
    return f"{where}{config_sentence(problem)}{meant}"


def counted(problems: int) -> str:
    """The number of problems; the last one may only say that there are more."""
    if problems > MOST_PROBLEMS:
        return f"more than {MOST_PROBLEMS} problems"
    return "1 problem" if problems == 1 else f"{problems} problems"


@failure(
    when="`.github/deploybot.yml` has an unknown key or a wrong value.",
    example=ConfigurationInvalid(
        line=7, key="enviroments", problem="extra_forbidden", closest="environments"
    ),
    undeployed=True,
    ending="Deployments are blocked until this is fixed on the default branch.",
)
def configuration_invalid(r: ConfigurationInvalid) -> str:
    """Name the file, the line and the key, and the closest known key."""
    problem = words(config_sentence(r)[:300])
    key, guess = coded(r.key), coded(r.closest)
    meant = f" Did you mean {guess}?" if guess else ""
    what = f"{key}: {problem}" if key else problem
    return f"{code(CONFIG_FILE)}, line {r.line}: {what.rstrip('.')}.{meant}"


@failure(
    when="GitHub doesn't return `.github/deploybot.yml`.",
    example=ConfigurationUnreadable(message="Server Error"),
    undeployed=True,
)
def configuration_unreadable(r: ConfigurationUnreadable) -> str:
    """Quote GitHub, and say that no older copy is used."""
    return (
        f"I couldn't read {code(CONFIG_FILE)} on GitHub{quote(r.message)} "
        "I won't use an older copy instead. Type the command again once GitHub is back."
    )
