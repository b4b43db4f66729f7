"""The answers to commands in a pull request's comments."""

from msgspec import structs

from app.model.chat.card import Answer
from app.model.github.refs import SHORT_SHA
from app.model.plan import Plan
from app.texts.inputs import as_typed
from app.texts.markup import code, words
from app.texts.speech import slash_command, typed, word


def as_typed_here(answer: Answer) -> Answer:
    """The answer, with `deploy` as it is typed in a comment."""
    here = [one.replace(f"{slash_command()} deploy", "/deploy") for one in answer.lines]
    text = answer.text.replace(f"{slash_command()} deploy", "/deploy")
    return structs.replace(answer, text=text, lines=tuple(here))


def only_writers(repository: str) -> Answer:
    """Say that only people with write access can deploy."""
    text = f"Only people with write access to {words(repository)} can deploy from a comment."
    return Answer(text=f"{text} Nothing was deployed.")


def name_the_commit(environment: str, sha: str) -> Answer:
    """A fork's commit has to be named: its branch may move before it is read."""
    line = code(f"/deploy {word(environment)} {sha[:SHORT_SHA]}")
    text = "This pull request comes from a fork, so say which commit."
    return Answer(text=f"{text} {line} deploys the latest one. Nothing was deployed.")


def ask_in_slack(question: Answer, plan: Plan) -> Answer:
    """A question that a command asks first; a comment has no buttons to answer it."""
    ref = plan.sha[:SHORT_SHA] if plan.ref == plan.sha else plan.ref
    inputs = {name: plan.payload.inputs[name] for name in plan.payload.chosen}
    line = typed(" ".join(["deploy", word(plan.environment), word(ref), *as_typed(inputs)]))
    return Answer(text=f"{question.text} To confirm, type {line} in Slack. Nothing was deployed.")


def too_late() -> Answer:
    """The comment arrived long after it was written."""
    return Answer(
        text="I just got this comment. If you still want this, comment again. Nothing was deployed."
    )
