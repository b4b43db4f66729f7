"""What the doctor makes of GitHub's answers."""

import pytest

from app.github_app.permissions import EVENTS, PERMISSIONS
from app.model.github.app import AppRegistration, Delivery
from app.operator.findings import counted, delivery_problems, registration_problems

PUBLIC = "https://deploybot.example.com"
HOOK = f"{PUBLIC}/github/webhook"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (HOOK, ()),
        ("", (f"the App's webhook has no address; set it to {HOOK}",)),
        ("https://old.example.com/github/webhook",
         (f"the App's webhook goes to https://old.example.com/github/webhook; set it to {HOOK}",)),
    ],
)  # fmt: skip
def test_the_webhook_s_address(url: str, said: tuple[str, ...]) -> None:
    """It must be ours; more than what is asked for is no problem."""
    granted = dict.fromkeys(PERMISSIONS, "write")
    app = AppRegistration(permissions=granted, events=(*EVENTS, "star"), webhook_url=url)
    assert registration_problems(app, public_url=f"{PUBLIC}/") == said


def deliveries(*statuses: str) -> list[Delivery]:
    """Deliveries with those outcomes, newest first."""
    return [
        Delivery(id=n, guid=str(n), delivered_at=0, redelivery=False, status=status, event="push")
        for n, status in enumerate(statuses)
    ]


def test_the_last_deliveries() -> None:
    """All of them failed, not only some."""
    lost = "failed to connect to host"
    assert delivery_problems(deliveries(*[lost] * 6)) == (
        f"the last 5 webhooks were not taken: {lost}",
    )
    assert delivery_problems(deliveries(lost, lost, lost, lost, "OK")) == ()
    assert delivery_problems(deliveries(lost)) == ()


def test_counts_are_in_grammar() -> None:
    """One is one."""
    assert [counted(n, "problem") for n in (1, 2)] == ["1 problem", "2 problems"]
