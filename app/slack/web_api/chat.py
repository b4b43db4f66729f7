"""Calls Slack's Web API for `app.ports.Chat`: one attempt for each call, without retries."""

import asyncio
import time
from collections.abc import Callable, Coroutine, MutableSet
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from app.errors import ProviderError, RateLimited, Refused, Unavailable
from app.http.limits import ProviderLimits
from app.model.chat.card import Answer, Card, CardSearch
from app.model.chat.reply import SlackAddress
from app.model.chat.workspace import Member, Workspace
from app.model.reasons.ours import SlackMessageGone, SlackRefused, SlackTokenRevoked
from app.observe import Metrics, quiet_logger
from app.slack.card import METADATA, NOTICE, OUTCOME, render_answer, render_card
from app.slack.fit import fit
from app.slack.web_api.client import FAILURES, REVOKED, WebClient, failure
from app.slack.web_api.identity import carries, is_ours, member_of, workspace_of
from app.slack.web_api.response_urls import ResponseUrls

LONGEST = 3000
"""UTF-16 units in a message's text: as many as a section may have; Slack advises 4,000."""
AS_WRITTEN: dict[str, Any] = {"parse": "none", "link_names": False}
"""Tells Slack not to look for links, names or channels in a message's text; our markup still works.

Blocks have `verbatim` for that. Without it `chat.update` parses the text like a person's message.
"""
PAGE = 200
"""Messages in a page of `conversations.history`; Slack recommends no more."""
MOST_PAGES = 30
"""Pages that one search reads; for a live message, each page is a step of its own in a look."""


class SlackChat:
    """The chat of the one workspace that `token` belongs to.

    `timeout` is in seconds, for each call. `problems` (what `/readyz` reports) names the token from
    when Slack refuses it until Slack accepts it again. All methods that call Slack raise
    `Unavailable`, `RateLimited` or `Refused`.
    """

    def __init__(
        self,
        *,
        token: str,
        base_url: str,
        timeout: float,
        session: aiohttp.ClientSession,
        metrics: Metrics,
        problems: MutableSet[str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = WebClient(
            token=token,
            base_url=base_url,
            session=session,
            retry_handlers=[],  # they would post twice, and sleep inside the call
            logger=quiet_logger("slack"),
        )
        self._client.proxy = None  # the SDK ignores NO_PROXY; the session decides about proxies
        self._timeout = timeout
        self._metrics = metrics
        self._problems = problems
        self._replies = ResponseUrls(
            session=session, api_url=base_url, timeout=timeout, metrics=metrics
        )
        self._identity: dict[str, Any] | None = None
        self._limits = ProviderLimits(provider="slack", monotonic=monotonic)  # of each method

    @property
    def workspace(self) -> Workspace | None:
        """Our workspace, or None until a call has told us: entrances must not make one."""
        return workspace_of(self._identity) if self._identity else None

    async def identify(self) -> dict[str, Any]:
        """Ask Slack whose token it is, without the cache: `team_id`, `user_id`, `bot_id`."""
        self._identity = await self._call("auth.test", self._client.auth_test())
        return self._identity

    async def our_workspace(self) -> Workspace:
        """The workspace that we serve, with its organization."""
        return workspace_of(await self._who_we_are())

    async def member(self, user: str) -> Member:
        """Whether a user belongs to our workspace, and is a guest."""
        ours = await self.our_workspace()
        told = await self._call("users.info", self._client.users_info(user=user))
        return member_of(told.get("user") or {}, ours)

    async def bot_user(self) -> str:
        """Our bot's user id."""
        return _field(await self._who_we_are(), "user_id")

    async def post_card(self, channel: str, card: Card) -> str:
        """Post the live message; return its `ts`."""
        return await self._post(channel, **render_card(card))

    async def update_card(self, channel: str, ts: str, card: Card) -> None:
        """Update the live message; `Refused` with `SlackMessageGone` if it was deleted."""
        message = render_card(card)
        updated = self._client.chat_update(channel=channel, ts=ts, **AS_WRITTEN, **message)
        await self._call("chat.update", updated)

    async def find_card(
        self,
        channel: str,
        repository: str,
        deployment_id: int,
        search: CardSearch,
        *,
        since: float,
    ) -> CardSearch:
        """Search one more page of the channel's messages since then for the live message.

        It finds messages of ours whose metadata names the deployment. The search ends after
        `MOST_PAGES`: nobody looks at a message any more that so many have followed.
        """
        us = await self._who_we_are()
        messages, older = await self._page(
            "conversations.history",
            self._client.conversations_history(
                channel=channel,
                oldest=f"{since:.6f}",
                inclusive=True,
                limit=PAGE,
                cursor=search.older or None,
                include_all_metadata=True,
            ),
        )
        found = {
            str(message["ts"])
            for message in messages
            if is_ours(message, us)
            and carries(message, METADATA, repository=repository, deployment_id=deployment_id)
        }
        pages = search.pages + 1
        return CardSearch(
            found=tuple(sorted(found.union(search.found), key=float)),
            older=(older or None) if pages < MOST_PAGES else None,
            pages=pages,
        )

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message of ours; it is no error if it is gone already."""
        try:
            await self._call("chat.delete", self._client.chat_delete(channel=channel, ts=ts))
        except Refused as error:
            if not isinstance(error.reason, SlackMessageGone):
                raise

    async def reply(
        self, channel: str, ts: str, text: str, *, outcome: str, broadcast: bool
    ) -> str:
        """Reply in the thread and, with `broadcast`, also in the channel; return the `ts`."""
        return await self._post(
            channel,
            text=fit(text, LONGEST),
            thread_ts=ts,
            reply_broadcast=broadcast,
            metadata={"event_type": OUTCOME, "event_payload": {"outcome": outcome}},
        )

    async def replied(self, channel: str, ts: str, *, outcome: str) -> bool:
        """Whether the thread has a reply of ours whose metadata names that outcome."""
        us = await self._who_we_are()
        thread = partial(self._client.conversations_replies, channel=channel, ts=ts)
        replies = await self._messages("conversations.replies", thread)
        return any(
            is_ours(message, us) and carries(message, OUTCOME, outcome=outcome)
            for message in replies
        )

    async def say(self, channel: str, answer: Answer, *, notice: str = "") -> str:
        """Post a message in the channel; return its `ts`. `notice` goes into its metadata."""
        named = {"event_type": NOTICE, "event_payload": {"notice": notice}}
        more = {"metadata": named} if notice else {}
        return await self._post(channel, **render_answer(answer), **more)

    async def said(self, channel: str, notice: str, *, since: float) -> bool:
        """Whether this notice of ours is among the channel's latest `PAGE` messages since then."""
        us = await self._who_we_are()
        read = self._client.conversations_history(
            channel=channel, oldest=f"{since:.6f}", limit=PAGE, include_all_metadata=True
        )
        messages, _ = await self._page("conversations.history", read)
        return any(is_ours(one, us) and carries(one, NOTICE, notice=notice) for one in messages)

    async def whisper(self, channel: str, user: str, answer: Answer) -> None:
        """Post a message that only one person sees."""
        await self._call(
            "chat.postEphemeral",
            self._client.chat_postEphemeral(
                channel=channel, user=user, **AS_WRITTEN, **render_answer(answer)
            ),
        )

    async def answer(self, to: SlackAddress, answer: Answer) -> None:
        """Answer through the `response_url`; `Refused` if there is none or it cannot be used."""
        if not to.response_url:
            raise Refused("slack", SlackRefused(message="no response_url"), "no response_url")
        await self._replies.answer(to.response_url, answer)

    async def join(self, channel: str) -> None:
        """Join a public channel; `Refused` with `SlackNotInChannel` if it takes an invitation."""
        await self._call("conversations.join", self._client.conversations_join(channel=channel))

    async def channel_name(self, channel: str) -> tuple[str, bool]:
        """The channel's name and whether it is private; a direct message is, and has no name."""
        data = await self._call(
            "conversations.info", self._client.conversations_info(channel=channel)
        )
        info = data.get("channel") or {}
        private = any(info.get(key) for key in ("is_private", "is_im", "is_mpim"))
        return str(info.get("name") or ""), private

    async def _who_we_are(self) -> dict[str, Any]:
        return self._identity or await self.identify()

    async def _post(self, channel: str, **message: Any) -> str:
        data = await self._call(
            "chat.postMessage",
            self._client.chat_postMessage(
                channel=channel, unfurl_links=False, unfurl_media=False, **AS_WRITTEN, **message
            ),
        )
        return _field(data, "ts")

    async def _messages(
        self, method: str, read: Callable[..., Coroutine[Any, Any, AsyncSlackResponse]]
    ) -> list[dict[str, Any]]:
        """All messages with their metadata, page by page; `Unavailable` beyond `MOST_PAGES`."""
        found, cursor = list[dict[str, Any]](), ""
        for _ in range(MOST_PAGES):
            request = read(limit=PAGE, cursor=cursor or None, include_all_metadata=True)
            page, cursor = await self._page(method, request)
            found += page
            if not cursor:
                return found
        raise Unavailable("slack", "too many messages to search")

    async def _page(
        self, method: str, request: Coroutine[Any, Any, AsyncSlackResponse]
    ) -> tuple[list[dict[str, Any]], str]:
        """A page of messages, and the cursor of the next one; empty if there is none."""
        page = await self._call(method, request)
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        return list(page.get("messages") or ()), cursor

    async def _call(
        self, method: str, request: Coroutine[Any, Any, AsyncSlackResponse]
    ) -> dict[str, Any]:
        try:
            self._limits.check(method)
        except RateLimited:
            request.close()
            raise
        with self._metrics.provider_call("slack", method):
            try:
                async with asyncio.timeout(self._timeout):
                    response = await request
            except (
                *FAILURES,
                AttributeError,  # the SDK takes any JSON for an object
                ValueError,
            ) as error:
                raise self._failure(error, method) from error
            if not isinstance(response.data, dict):
                raise Unavailable("slack", "an answer that is not JSON", ambiguous=True)
            self._problems.discard(REVOKED)
            return response.data

    def _failure(self, error: Exception, method: str) -> ProviderError:
        failed = failure(error)
        if isinstance(failed, RateLimited):
            self._limits.pause(failed, method)
        if isinstance(failed, Refused) and isinstance(failed.reason, SlackTokenRevoked):
            self._problems.add(REVOKED)
        return failed


def _field(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise Unavailable("slack", f"an answer without {name}", ambiguous=True)
    return value
