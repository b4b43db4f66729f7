"""People prove who they are on GitHub, in a browser of their own."""

import re
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from tests.e2e.shop import Shop


async def link(shop: Shop, user: str) -> str:
    """Type `verify`; the address that it answers with."""
    answer = await shop.type("verify", user)
    found = re.search(r"<(http[^|>]*)\|", answer)
    assert found, answer
    return found[1].replace("&amp;", "&")


async def browse(shop: Shop, address: str, login: str) -> tuple[int, str, str]:
    """Authorize as that login, and come back: the status, the page, and where that was."""
    query = dict(parse_qsl(urlsplit(address).query))
    back = shop.world.github.oauth.authorize(login, query)
    return (*await come_back(back), back)


async def come_back(address: str) -> tuple[int, str]:
    """Open a page of the bot's."""
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.text()


def code_on(page: str) -> str:
    """The command that the page shows, without the slash command."""
    found = re.search(r"<code>/cimon (verify [^<]+)</code>", page)
    assert found, page
    return found[1]


async def prove(shop: Shop, user: str, login: str) -> None:
    """All of it: from then on that login is proven."""
    _, page, _ = await browse(shop, await link(shop, user), login)
    assert "Verified" in await shop.type(code_on(page), user)
