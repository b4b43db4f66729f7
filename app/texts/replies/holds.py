"""What is said once automatic deployments go on after a rollback."""

from app.model.card import Answer
from app.model.plan import Person
from app.texts.links import name_of
from app.texts.markup import bold


def resumed(environment: str, by: Person) -> Answer:
    """Everybody in the channel reads it."""
    who = name_of(by, "Somebody")
    return Answer(
        text=f"{who} resumed automatic deployments to {bold(environment)}.", in_channel=True
    )
