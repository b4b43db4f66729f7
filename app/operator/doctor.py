"""`deploybot doctor`: asks the store and every provider harmless questions and judges the answers.

It prints a line for each part and for each problem, and at the end how many problems there are.
"""

from collections.abc import Awaitable, Callable

from app.errors import DeploybotError, ProviderError
from app.observe import Metrics
from app.operator.findings import (
    Finding,
    counted,
    delivery_problems,
    missing,
    registration_problems,
)
from app.operator.recovery import every_repository
from app.service.clients import Clients, open_clients
from app.settings import Settings
from app.slack.manifest import SCOPES
from app.slack.web_api.tokens import granted_scopes, try_socket

Question = Callable[[], Awaitable[Finding]]


async def examine(settings: Settings) -> int:
    """Print what each part is and what is wrong with it; returns the exit status.

    Raises `StoreError` if the store cannot be opened.
    """
    problems = 0
    async with open_clients(settings, Metrics(), wait=0, problems=set()) as clients:
        for name, question in _questions(settings, clients).items():
            found = await _answer(question)
            problems += len(found.problems)
            for line in (found.said, *found.problems):
                if line:
                    print(f"{name:<9} {line}")
    if problems:
        print(f"{counted(problems, 'problem')} found")
    return 1 if problems else 0


async def _answer(question: Question) -> Finding:
    """Ask a question; if it fails, the failure is the problem, in the provider's own words."""
    try:
        return await question()
    except DeploybotError as error:
        said = error.message if isinstance(error, ProviderError) else str(error)
        return Finding("", (said,))


def _questions(settings: Settings, clients: Clients) -> dict[str, Question]:
    token = settings.slack_app_token

    async def store() -> Finding:
        await clients.store.ping()
        return Finding("reads and writes")

    async def socket() -> Finding:
        await try_socket(token or "", settings.slack_api_url)
        return Finding("Socket Mode can be opened")

    async def circleci() -> Finding:
        return Finding(f"the token of {await clients.ci.whoami()}")

    return {
        "store": store,
        "github": lambda: _github(settings, clients),
        "slack": lambda: _slack(settings, clients),
        **({"socket": socket} if token else {}),
        "circleci": circleci,
    }


async def _github(settings: Settings, clients: Clients) -> Finding:
    identity = await clients.github.identity()
    repositories = await every_repository(clients.github)
    registered = await clients.github.registration()
    latest = await clients.github.deliveries("")
    return Finding(
        f"the App {identity.slug} sees {counted(len(repositories), 'repository', 'repositories')}",
        (
            *registration_problems(registered, public_url=settings.public_url),
            *delivery_problems(latest.deliveries),
        ),
    )


async def _slack(settings: Settings, clients: Clients) -> Finding:
    workspace = (await clients.chat.our_workspace()).team_id
    granted = await granted_scopes(settings.slack_bot_token, settings.slack_api_url)
    lacks = missing("scope", [scope for scope in SCOPES if granted and scope not in granted])
    return Finding(f"the workspace {workspace}", lacks)
