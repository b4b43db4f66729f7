"""REST: the teams of organizations.

https://docs.github.com/en/rest/teams/members
"""

from dataclasses import dataclass

from aiohttp import web

from sandbox.github.errors import forbidden, not_found
from sandbox.github.hub import Hub
from sandbox.github.rest.answers import Rest, page, reply


@dataclass(frozen=True)
class TeamRoutes:
    """The members of teams."""

    hub: Hub
    rest: Rest

    def register(self) -> None:
        """Add the route."""
        self.rest.app.router.add_get("/orgs/{org}/teams/{slug}/members", self.members)

    async def members(self, request: web.Request) -> web.Response:
        """The members of a team; 404 if the caller's organization has no such team."""
        caller = self.rest.caller(request)
        org, slug = request.match_info["org"].lower(), request.match_info["slug"].lower()
        elsewhere = caller.installation and caller.installation.account.login.lower() != org
        team = self.hub.state.teams.get((org, slug))
        if elsewhere or team is None:
            raise not_found()
        if not caller.may("members:read"):
            raise forbidden()
        some, headers = page(request, team, self.hub.address())
        return reply([self.hub.payloads.user(one) for one in some], headers=headers)
