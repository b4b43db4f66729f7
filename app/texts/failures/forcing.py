"""How somebody deploys all the same: who may, and what is typed for it."""

from app.texts.failures.phrases import text
from app.texts.markup import code
from app.texts.speech import typed, word


def anyway(force: tuple[str, ...], forcing: tuple[str, ...]) -> str:
    """The sentence (markup).

    `force` are those who may, empty: whoever may deploy. `forcing` are the environment and the ref,
    where nothing was typed to which `--force` could be added.
    """
    who = ", ".join(text(person) for person in force)
    if forcing:
        line = typed(" ".join(["deploy", *map(word, forcing), "--force"]))
        return f"{who} can deploy anyway: {line}." if who else f"To deploy anyway: {line}."
    if who:
        return f"{who} can deploy anyway with {code('--force')}."
    return f"To deploy anyway, add {code('--force')}."
