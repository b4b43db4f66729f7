"""How to skip the gates with `--force`: who may, and what to type."""

from app.texts.failures.phrases import text
from app.texts.markup import code
from app.texts.speech import typed, word


def anyway(force: tuple[str, ...], forcing: tuple[str, ...]) -> str:
    """The sentence about `--force` (markup).

    `force` names who may use it; if empty, anybody who may deploy. `forcing` is the environment and
    the ref, for deployments that nobody typed: then the whole command is shown.
    """
    who = ", ".join(text(person) for person in force)
    if forcing:
        line = typed(" ".join(["deploy", *map(word, forcing), "--force"]))
        return f"{who} can deploy anyway: {line}." if who else f"To deploy anyway: {line}."
    if who:
        return f"{who} can deploy anyway with {code('--force')}."
    return f"To deploy anyway, add {code('--force')}."
