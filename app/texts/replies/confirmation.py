"""Questions before something is done: their buttons, and what is said about a press."""

from app.model.card import Answer

AGREE = "agree"
"""The action of the button that goes ahead; it carries the id of the ask that asked."""

DECLINE = "decline"
"""The action of the button that does not; it carries the same."""


def agreed_already(deployment_id: int | None) -> Answer:
    """The button was pressed before; `deployment_id` is what that created, if anything."""
    if deployment_id is None:
        return Answer(text="That's already done.")
    return Answer(
        text=f"You already confirmed this: deployment {deployment_id} was created. "
        "Its message in the channel shows how it's going."
    )


def declined() -> Answer:
    """Somebody thought better of it."""
    return Answer(text="OK, nothing was changed.", replace_original=True)
