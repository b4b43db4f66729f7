"""What is answered to comments on pull requests."""

from msgspec import structs

from app.model.chat.card import Answer
from app.model.plan import Plan
from app.model.ref_names import SHORT_SHA
from app.texts.inputs import as_typed
from app.texts.markup import code, words
from app.texts.speech import slash_command, typed, word


def as_typed_here(answer: Answer) -> Answer:
    """The answer, in which `deploy` is typed as it is in a comment."""
    here = [one.replace(f"{slash_command()} deploy", "/deploy") for one in answer.lines]
    text = answer.text.replace(f"{slash_command()} deploy", "/deploy")
    return structs.replace(answer, text=text, lines=tuple(here))


def only_writers(repository: str) -> Answer:
    """To whoever may not write to the repository."""
    text = f"Only people with write access to {words(repository)} can deploy from a comment."
    return Answer(text=f"{text} Nothing was deployed.")


def name_the_commit(environment: str, sha: str) -> Answer:
    """A fork's head may be another one by the time it is looked at."""
    line = code(f"/deploy {word(environment)} {sha[:SHORT_SHA]}")
    text = "This pull request comes from a fork, so say which commit."
    return Answer(text=f"{text} {line} deploys the latest one. Nothing was deployed.")


def ask_in_slack(question: Answer, plan: Plan) -> Answer:
    """What a command asks first: there is no button here."""
    ref = plan.sha[:SHORT_SHA] if plan.ref == plan.sha else plan.ref
    inputs = {name: plan.payload.inputs[name] for name in plan.payload.chosen}
    line = typed(" ".join(["deploy", word(plan.environment), word(ref), *as_typed(inputs)]))
    return Answer(text=f"{question.text} To confirm, type {line} in Slack. Nothing was deployed.")


def too_late() -> Answer:
    """It came long after it was written."""
    return Answer(
        text="I only got this comment now. If you still want this, comment again. "
        "Nothing was deployed."
    )
