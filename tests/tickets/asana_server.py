"""Asana's one endpoint that is used, over real HTTP."""

from dataclasses import dataclass, field

from aiohttp import web

from sandbox.core.faults import Faults


@dataclass
class AsanaServer:
    """Asana's one endpoint that is used; `names` by task id."""

    names: dict[str, object]
    faults: Faults = field(default_factory=lambda: Faults("asana"))

    def build(self) -> web.Application:
        """The application."""
        app = web.Application(middlewares=[self.faults.middleware])
        app.router.add_get("/api/1.0/tasks/{gid}", self.task)
        return app

    async def task(self, request: web.Request) -> web.Response:
        """`GET /tasks/{gid}`."""
        if request.headers.get("Authorization") != "Bearer asana-token":
            return web.json_response({"errors": [{"message": "Not Authorized"}]}, status=401)
        gid = request.match_info["gid"]
        if gid not in self.names:
            return web.json_response({"errors": [{"message": "Not Found"}]}, status=404)
        return web.json_response({"data": {"gid": gid, "name": self.names[gid]}})
