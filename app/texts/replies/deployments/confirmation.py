"""Questions before a deployment: what their buttons say, and the answers to a press."""

from msgspec import structs

from app.model.chat.card import Answer
from app.model.github.live import Comparison, Live
from app.model.github.refs import ref_or_sha
from app.model.plan import Plan
from app.texts.inputs import chosen
from app.texts.links import commits, ref_and_sha, what_where
from app.texts.markup import bold, code

AGREE = "agree"
"""The action of the button that says yes; it carries the ID of the ask with the question."""

AGREE_PLAN = "agree_plan"
"""The same for a question that shows a deployment; another may ask first which one is meant."""

DEPLOY = "Deploy"
GO_BACK = "Deploy anyway"
STAY = "Don't deploy"

ROLL_BACK = "Roll back"
CANCEL_AND_ROLL_BACK = "Cancel it and roll back"

DECLINE = "decline"
"""The action of the button that says no; it carries the same."""


def older_first(plan: Plan, live: Live, compared: Comparison) -> Answer:
    """Ask whether to deploy code to production that is older than what is live."""
    shown = ref_and_sha(plan.ref, plan.sha)
    return Answer(
        text=f"{shown} is {commits(compared.behind)} behind "
        f"{code(ref_or_sha(live.ref, live.sha))}, which is live in "
        f"{bold(plan.environment)}. Deploy it{_with(plan)} anyway?"
    )


def confirm_first(plan: Plan) -> Answer:
    """Ask before a deployment to an environment with `confirm`, and say what it changes."""
    shown = ref_and_sha(plan.ref, plan.sha)
    live, compared = plan.live, plan.compared
    change = "Nothing is live there yet."
    if live is not None:
        behind = f" and {commits(compared.behind)} behind" if compared and compared.behind else ""
        ahead = f"{commits(compared.ahead)} ahead of" if compared else "after"
        change = f"It's {ahead}{behind} {code(ref_or_sha(live.ref, live.sha))}, which is live."
    checks = "All checks passed." if plan.judged else "Its checks are still running."
    what = f"Deploy {shown} to {bold(plan.environment)}{_with(plan)}?"
    return Answer(text=f"{what} {change} {checks}")


def _with(plan: Plan) -> str:
    said = chosen(plan)
    return f" {said}" if said else ""


def agreed_already(plan: Plan | None) -> Answer:
    """The button was pressed before; `plan` is what that deployed, if anything."""
    if plan is None:
        return Answer(text="That's already done.")
    return Answer(
        text=f"That's already confirmed. The message about {what_where(plan)} in the channel shows "
        "how it's going."
    )


def agreed_to(plan: Plan, question: Answer | None) -> Answer:
    """Replace the question once somebody agrees, so that nobody can press its button again."""
    text = f"Deploying {what_where(plan)}."
    if plan.payload.rollback_of is not None:
        text = f"Rolling {bold(plan.environment)} back to {code(ref_or_sha(plan.ref, plan.sha))}."
    if question is None:
        return Answer(text=text)
    return structs.replace(question, text=text, lines=(), buttons=(), replace_original=True)


def declined() -> Answer:
    """Replace the question once somebody declines."""
    return Answer(text="OK, nothing was changed.", replace_original=True)
