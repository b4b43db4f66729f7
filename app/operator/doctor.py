"""`deploybot doctor`: asks every provider and the store one harmless question each."""

from collections.abc import Awaitable, Callable

from app.errors import DeploybotError, ProviderError
from app.observe import Metrics
from app.operator.repositories import every_repository
from app.service.clients import Clients, open_clients
from app.settings import Settings
from app.slack.socket import try_socket


async def examine(settings: Settings) -> int:
    """Print a line for each part, what it is or what is wrong; the exit status."""
    sick = 0
    async with open_clients(settings, Metrics.create(), wait=0, problems=set()) as clients:
        for name, question in _questions(settings, clients).items():
            try:
                print(f"{name:<9} {await question()}")
            except DeploybotError as error:
                sick += 1
                said = error.message if isinstance(error, ProviderError) else error
                print(f"{name:<9} {said}")
    return 1 if sick else 0


def _questions(settings: Settings, clients: Clients) -> dict[str, Callable[[], Awaitable[str]]]:
    token = settings.slack_app_token

    async def store() -> str:
        await clients.store.ping()
        return "reads and writes"

    async def github() -> str:
        identity = await clients.github.identity()
        repositories = await every_repository(clients.github)
        return f"the App {identity.slug} sees {len(repositories)} repositories"

    async def slack() -> str:
        return f"the workspace {await clients.chat.team_id()}"

    async def socket() -> str:
        await try_socket(token or "", settings.slack_api_url)
        return "Socket Mode can be opened"

    async def circleci() -> str:
        return f"the token of {await clients.ci.whoami()}"

    sockets = {"socket": socket} if token else {}
    return {"store": store, "github": github, "slack": slack, **sockets, "circleci": circleci}
