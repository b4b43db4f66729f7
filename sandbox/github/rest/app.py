"""REST: the App itself, its installations and tokens, its webhook deliveries.

https://docs.github.com/en/rest/apps
"""

from dataclasses import dataclass

from aiohttp import web

from sandbox.github.auth import LEVELS, Gatekeeper, suspended
from sandbox.github.errors import ApiError, not_found
from sandbox.github.hub import Hub
from sandbox.github.payloads.accounts import iso
from sandbox.github.payloads.deliveries import delivery_json, whole_delivery_json
from sandbox.github.records import Installation
from sandbox.github.rest.answers import CALLER, Rest, page, read_json, reply
from sandbox.github.webhooks import Delivery


@dataclass(frozen=True)
class AppRoutes:
    """The calls that an App makes with its JWT, and a few that its installations make."""

    hub: Hub
    rest: Rest
    gate: Gatekeeper

    def register(self) -> None:
        """Add the routes."""
        router = self.rest.app.router
        one = "/app/installations/{installation_id}"
        deliveries = "/app/hook/deliveries"
        router.add_get("/app", self.show)
        router.add_get("/app/installations", self.installations)
        router.add_get(one, self.installation)
        router.add_post(f"{one}/access_tokens", self.new_token)
        router.add_get("/repos/{owner}/{repo}/installation", self.installation_of)
        router.add_get("/repositories/{repository_id}/installation", self.installation_of)
        router.add_get("/users/{login}/installation", self.installation_for)
        router.add_get("/app/hook/config", self.hook)
        router.add_get(deliveries, self.deliveries)
        router.add_get(f"{deliveries}/{{delivery_id}}", self.delivery)
        router.add_post(f"{deliveries}/{{delivery_id}}/attempts", self.redeliver)
        router.add_get("/installation/repositories", self.installed_repositories)
        router.add_get("/rate_limit", self.rate_limit)

    async def show(self, request: web.Request) -> web.Response:
        """The App."""
        self.rest.app_caller(request)
        app = self.hub.payloads.app(self.hub.app)
        return reply({**app, "installations_count": len(self.hub.state.installations)})

    async def installations(self, request: web.Request) -> web.Response:
        """The App's installations."""
        self.rest.app_caller(request)
        items = list(self.hub.state.installations.values())
        some, headers = page(request, items, self.hub.address())
        rows = [self.hub.payloads.installation(item, self.hub.app) for item in some]
        return reply(rows, headers=headers)

    async def installation(self, request: web.Request) -> web.Response:
        """One installation, which may be suspended."""
        self.rest.app_caller(request)
        return reply(self.hub.payloads.installation(self._installation(request), self.hub.app))

    async def installation_of(self, request: web.Request) -> web.Response:
        """The installation that covers a repository; 404 if there is none."""
        self.rest.app_caller(request)
        repository = self.rest.repository(request, "/installation")
        found = self.hub.state.installation_of(repository)
        if found is None:
            raise not_found()
        return reply(self.hub.payloads.installation(found, self.hub.app))

    async def installation_for(self, request: web.Request) -> web.Response:
        """The App's installation on an account; 404 if there is none."""
        self.rest.app_caller(request)
        login = request.match_info["login"].lower()
        for found in self.hub.state.installations.values():
            if found.account.login.lower() == login:
                return reply(self.hub.payloads.installation(found, self.hub.app))
        raise not_found()

    async def new_token(self, request: web.Request) -> web.Response:
        """Answer 201 with a token that is valid for an hour, narrowed if the body says so."""
        self.rest.app_caller(request)
        installation = self._installation(request)
        if installation.suspended_at is not None:
            raise suspended()
        body = await read_json(request)
        permissions = body.get("permissions") or dict(installation.permissions)
        for name, level in permissions.items():
            if LEVELS.get(installation.permissions.get(name, ""), 0) < LEVELS.get(level, 9):
                message = "The permissions requested are not granted to this installation."
                raise ApiError(422, message)
        ids = self._narrowed(installation, body.get("repositories"), body.get("repository_ids"))
        token = self.gate.new_token(installation, permissions=permissions, repository_ids=ids)
        answer = {
            "token": token.value,
            "expires_at": iso(token.expires_at or 0),
            "permissions": permissions,
            "repository_selection": "selected",
        }
        if ids is not None:
            answer["repositories"] = [
                self.hub.payloads.repository(self.hub.state.repositories[number]) for number in ids
            ]
        return reply(answer, status=201)

    def _narrowed(
        self, installation: Installation, names: list[str] | None, ids: list[int] | None
    ) -> list[int] | None:
        if names is None and ids is None:
            return None
        repositories = [self.hub.state.repositories[n] for n in installation.repository_ids]
        known = {item.name.lower(): item.id for item in repositories}
        wanted = [known.get(name.lower(), 0) for name in names or []] + list(ids or [])
        if any(number not in installation.repository_ids for number in wanted):
            message = (
                "There is at least one repository that does not exist or is not accessible to "
                "the parent installation."
            )
            raise ApiError(422, message)
        return wanted

    async def installed_repositories(self, request: web.Request) -> web.Response:
        """The repositories that an installation's token reaches."""
        caller = self.rest.caller(request)
        items = [item for item in self.hub.state.repositories.values() if caller.sees(item)]
        some, headers = page(request, items, self.hub.address())
        rows = [self.hub.payloads.full_repository(item, "read") for item in some]
        answer = {
            "total_count": len(items),
            "repository_selection": "selected",
            "repositories": rows,
        }
        return reply(answer, headers=headers)

    async def hook(self, request: web.Request) -> web.Response:
        """The App's webhook configuration; the secret is never shown."""
        self.rest.app_caller(request)
        url = self.hub.webhooks.url
        shown = {"content_type": "json", "insecure_ssl": "0", "secret": "********"}
        return reply({**shown, "url": url} if url else shown)

    async def deliveries(self, request: web.Request) -> web.Response:
        """The deliveries, newest first; `status=failure` finds only answers of 400 to 599."""
        self.rest.app_caller(request)
        items = self.hub.webhooks.delivered()
        status = request.query.get("status")
        if status is not None:
            items = [item for item in items if _matches(item, status)]
        cursor = request.query.get("cursor", "")
        if cursor:
            number = cursor.removeprefix("v1_")
            if not number.isdigit():
                raise ApiError(422, "Invalid cursor")
            items = [item for item in items if item.id < int(number)]
        size = request.query.get("per_page", "")
        some = items[: min(100, max(1, int(size))) if size.isdigit() else 30]
        headers = {}
        if len(items) > len(some):
            url = request.rel_url.update_query(cursor=f"v1_{some[-1].id}")
            headers["Link"] = f'<{self.hub.address()}{url}>; rel="next"'
        return reply([delivery_json(item) for item in some], headers=headers)

    async def delivery(self, request: web.Request) -> web.Response:
        """One delivery, with its request and response."""
        self.rest.app_caller(request)
        return reply(whole_delivery_json(self._delivery(request)))

    async def redeliver(self, request: web.Request) -> web.Response:
        """Answer 202 and send the delivery again, with the same GUID."""
        self.rest.app_caller(request)
        self.hub.webhooks.redeliver(self._delivery(request))
        return reply({}, status=202)

    async def rate_limit(self, request: web.Request) -> web.Response:
        """How many of the hour's calls are left; this call does not count."""
        self.rest.caller(request)
        quota = request[CALLER]
        quota.used -= 1
        rate = {
            "limit": quota.limit,
            "used": quota.used,
            "remaining": quota.limit - quota.used,
            "reset": int(quota.reset),
        }
        return reply({"resources": {"core": rate, "search": rate}, "rate": rate})

    def _installation(self, request: web.Request) -> Installation:
        number = request.match_info["installation_id"]
        found = self.hub.state.installations.get(int(number) if number.isdigit() else 0)
        if found is None:
            raise not_found()
        return found

    def _delivery(self, request: web.Request) -> Delivery:
        number = request.match_info["delivery_id"]
        for item in self.hub.webhooks.delivered():
            if str(item.id) == number:
                return item
        raise not_found()


def _matches(item: Delivery, status: str) -> bool:
    code = item.sent.status or 0
    return 400 <= code <= 599 if status == "failure" else 200 <= code <= 399
