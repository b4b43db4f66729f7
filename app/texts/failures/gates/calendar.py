"""Deploy windows and freezes: when an environment can be deployed to."""

from app.model.reasons.gates import Frozen, FrozenUntil, OutsideWindow, WindowClosed
from app.texts.failures.failure import failure
from app.texts.markup import code
from app.texts.phrases import anyway, codes, day_time, strong


@failure(
    when="A person deploys outside the windows of the configuration.",
    example=OutsideWindow(
        environment="production", windows=("Mon-Thu 09:00-16:00 Europe/London",), opens=1767603600
    ),
    undeployed=True,
)
def outside_window(r: OutsideWindow) -> str:
    """Say when the window opens, and how to deploy anyway."""
    return (
        f"You can only deploy to {strong(r.environment)} during {codes(r.windows, 'its windows')}. "
        f"{_opens(r.opens)} {anyway(r.force, r.forcing)}"
    )


@failure(
    when="An automatic deployment waits for a window.",
    example=WindowClosed(until=1767603600, windows=("Mon-Thu 09:00-16:00 Europe/London",)),
)
def window_closed(r: WindowClosed) -> str:
    """Say when it starts."""
    return (
        f"Waiting for the deploy window {codes(r.windows)}, closed until {day_time(r.until)}. "
        "Deploys automatically then."
    )


@failure(
    when="A person deploys on a day that the configuration freezes.",
    example=Frozen(environment="production", days="2026-12-20..2027-01-03", opens=1767603600),
    undeployed=True,
)
def frozen(r: Frozen) -> str:
    """Say when the freeze ends, and how to deploy anyway."""
    return (
        f"{strong(r.environment)} is frozen ({code(r.days)}). {_opens(r.opens)} "
        f"{anyway(r.force, r.forcing)}"
    )


@failure(
    when="An automatic deployment waits for the end of a freeze.",
    example=FrozenUntil(until=1767603600, days="2026-12-20..2027-01-03"),
)
def frozen_until(r: FrozenUntil) -> str:
    """Say when it starts."""
    return f"Frozen ({code(r.days)}) until {day_time(r.until)}. Deploys automatically then."


def _opens(opens: float | None) -> str:
    if opens is None:
        return "It won't open again."
    return f"It's closed until {day_time(opens)}."
