"""What all REST answers have in common: errors, pages, ETags, rate limits, redirects."""

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.core.faults import Handler
from sandbox.github.auth import Caller, Gatekeeper
from sandbox.github.errors import ApiError, forbidden, not_found
from sandbox.github.payloads.accounts import Payloads
from sandbox.github.records import Repository
from sandbox.github.state import Quota, State

Item = TypeVar("Item")
CALLER = web.RequestKey("caller", Quota)
HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class RepositoryCall:
    """A permitted call on a repository."""

    request: web.Request
    repository: Repository
    caller: Caller
    body: dict[str, Any]

    def part(self, name: str) -> str:
        """A variable part of the path."""
        return self.request.match_info[name]

    def number(self, name: str) -> int:
        """A variable part of the path that must be a number; answers 404 if it is not."""
        text = self.part(name)
        if not text.isdigit():
            raise not_found()
        return int(text)


RepositoryHandler = Callable[[RepositoryCall], Awaitable[web.Response]]


@dataclass(frozen=True, kw_only=True)
class Rest:
    """Registers handlers of calls on a repository, for both paths: with its name or its id."""

    state: State
    gate: Gatekeeper
    app: web.Application
    payloads: Callable[[], Payloads]

    def on(self, method: str, tail: str, handler: RepositoryHandler, *, needs: str) -> None:
        """Serve `/repos/{owner}/{repo}` + `tail` for callers with the permission `needs`."""

        async def serve(request: web.Request) -> web.StreamResponse:
            caller = self.caller(request)
            repository = self.repository(request, tail_of(request))
            if not caller.sees(repository):
                raise not_found()
            if not caller.may(needs):
                raise forbidden()
            if repository.archived and method != "GET":
                raise ApiError(403, "Repository was archived so is read-only.")
            body = await read_json(request) if method != "GET" else {}
            call = RepositoryCall(request=request, repository=repository, caller=caller, body=body)
            return await handler(call)

        self.app.router.add_route(method, "/repos/{owner}/{repo}" + tail, serve)
        self.app.router.add_route(method, "/repositories/{repository_id}" + tail, serve)

    def caller(self, request: web.Request) -> Caller:
        """The caller with a token; counts the call."""
        caller = self.gate.anyone(self.gate.bearer(request.headers.get("Authorization", "")))
        self._count(request, caller)
        return caller

    def app_caller(self, request: web.Request) -> Caller:
        """The App, which calls with its JWT; counts the call."""
        caller = self.gate.app_only(self.gate.bearer(request.headers.get("Authorization", "")))
        self._count(request, caller)
        return caller

    def _count(self, request: web.Request, caller: Caller) -> None:
        resource = "graphql" if request.path.endswith("/graphql") else "core"
        unused = Quota(limit=self.state.hourly)
        quota = self.state.quotas.setdefault(f"{resource} {caller.key}", unused)
        now = self.state.now()
        if quota.reset <= now:
            quota.used, quota.reset = 0, now + HOUR
        request[CALLER] = quota
        if quota.used >= quota.limit:
            raise ApiError(403, f"API rate limit exceeded for {caller.key}.")
        quota.used += 1

    def repository(self, request: web.Request, tail: str) -> Repository:
        """The repository in the path; raises `Moved` for an earlier name, 404 without one."""
        number = request.match_info.get("repository_id")
        if number is not None:
            known = self.state.repositories.get(int(number) if number.isdigit() else 0)
            if known is None:
                raise not_found()
            return known
        name = f"{request.match_info['owner']}/{request.match_info['repo']}"
        try:
            repository = self.state.repository(name)
        except KeyError:
            raise not_found() from None
        if repository.full_name.lower() != name.lower():
            raise moved(request, f"{self.payloads().api}/repositories/{repository.id}{tail}")
        return repository


class Moved(Exception):
    """A call used an earlier name of a repository."""

    def __init__(self, status: int, url: str) -> None:
        super().__init__(url)
        self.status = status
        self.url = url


def moved(request: web.Request, url: str) -> Moved:
    """The redirect to a new address: 301 for reads, else 307, which keeps the method.

    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    """
    query = f"?{request.query_string}" if request.query_string else ""
    return Moved(301 if request.method in {"GET", "HEAD"} else 307, url + query)


def tail_of(request: web.Request) -> str:
    """The path after `/repos/{owner}/{repo}`."""
    rest = request.raw_path.partition("?")[0].split("/", 4)[4:]
    return "/" + rest[0] if rest else ""


async def read_json(request: web.Request) -> dict[str, Any]:
    """The body as an object; empty if there is none."""
    raw = await request.read()
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        raise ApiError(400, "Problems parsing JSON") from None
    if not isinstance(body, dict):
        raise ApiError(400, "Body should be a JSON object")
    return body


def reply(data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer."""
    return web.Response(
        body=json.dumps(data, ensure_ascii=False).encode(),
        status=status,
        headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
    )


def page(
    request: web.Request, items: Sequence[Item], api: str
) -> tuple[list[Item], dict[str, str]]:
    """One page of a list (`per_page`, `page`) and its Link header."""
    size, number = _positive(request, "per_page", 30, most=100), _positive(request, "page", 1)
    last = max(1, -(-len(items) // size))
    targets = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    if number <= 1:
        targets = {key: targets[key] for key in ("next", "last")}
    if number >= last:
        targets = {key: value for key, value in targets.items() if key in {"prev", "first"}}
    links = [
        f'<{api}{request.rel_url.update_query(page=str(value))}>; rel="{rel}"'
        for rel, value in targets.items()
    ]
    start = (number - 1) * size
    return list(items[start : start + size]), {"Link": ", ".join(links)} if links else {}


def _positive(request: web.Request, name: str, default: int, *, most: int = 10**9) -> int:
    text = request.query.get(name, "")
    return min(most, max(1, int(text))) if text.isdigit() else default


def answering(state: State) -> Middleware:
    """Middleware that renders errors as GitHub's JSON and adds headers to every answer."""

    @web.middleware
    async def apply(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.headers.get("User-Agent"):
            return web.Response(status=403, text="Request forbidden by administrative rules.")
        try:
            response = await handler(request)
        except ApiError as error:
            response = reply(error.body, status=error.status)
        except Moved as error:
            body = {
                "message": "Moved Permanently",
                "url": error.url,
                "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-"
                "using-the-rest-api#follow-redirects",
            }
            response = reply(body, status=error.status, headers={"Location": error.url})
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            response = reply(not_found().body, status=404)
        return _finish(request, response, state)

    return apply


def _finish(request: web.Request, response: web.StreamResponse, state: State) -> web.StreamResponse:
    quota: Quota | None = request.get(CALLER)
    if (
        request.method == "GET"
        and response.status == 200
        and isinstance(response, web.Response)
        and isinstance(response.body, bytes)
    ):
        seed = request.headers.get("Authorization", "").encode() + response.body
        etag = f'W/"{hashlib.sha256(seed).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            response = web.Response(status=304)
            if quota is not None:
                quota.used -= 1
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
    resource = "graphql" if request.path.endswith("/graphql") else "core"
    used = quota or Quota(limit=60, reset=state.now() + HOUR)
    response.headers.update(
        {
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-GitHub-Request-Id": secrets.token_hex(12).upper(),
            "X-RateLimit-Limit": str(used.limit),
            "X-RateLimit-Remaining": str(max(0, used.limit - used.used)),
            "X-RateLimit-Reset": str(int(used.reset)),
            "X-RateLimit-Used": str(used.used),
            "X-RateLimit-Resource": resource,
        }
    )
    return response
