"""REST: a repository, its refs and its collaborators.

https://docs.github.com/en/rest/repos
"""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.github.errors import ApiError, not_found
from sandbox.github.hub import Hub
from sandbox.github.payloads.accounts import WEB, permission_flags
from sandbox.github.payloads.git import branch_json, commit_json, tag_json
from sandbox.github.records import Repository
from sandbox.github.rest.answers import RepositoryCall, Rest, page, reply


@dataclass(frozen=True)
class RepositoryRoutes:
    """A repository itself."""

    hub: Hub

    def register(self, rest: Rest) -> None:
        """Add the routes; a ref may contain slashes."""
        refs = "/git/matching-refs/{ref:.*}"
        rest.on("GET", "", self.show, needs="metadata:read")
        rest.on("GET", "/branches", self.branches, needs="contents:read")
        rest.on("GET", "/branches/{branch:.+}", self.branch, needs="contents:read")
        rest.on("GET", "/tags", self.tags, needs="contents:read")
        rest.on("GET", refs, self.matching_refs, needs="contents:read")
        rest.on("GET", "/git/ref/{ref:.+}", self.ref, needs="contents:read")
        rest.on("GET", "/collaborators", self.collaborators, needs="metadata:read")
        one = "/collaborators/{login}"
        rest.on("GET", f"{one}/permission", self.permission, needs="metadata:read")
        rest.on("GET", one, self.is_collaborator, needs="metadata:read")

    async def show(self, call: RepositoryCall) -> web.Response:
        """The repository."""
        return reply(self.hub.payloads.full_repository(call.repository, "read"))

    async def branches(self, call: RepositoryCall) -> web.Response:
        """All branches, by name."""
        some, headers = page(call.request, sorted(call.repository.branches), self.hub.address())
        rows = [branch_json(self.hub.payloads, call.repository, name) for name in some]
        return reply(rows, headers=headers)

    async def branch(self, call: RepositoryCall) -> web.Response:
        """One branch with its head commit."""
        name = call.part("branch")
        sha = call.repository.branches.get(name)
        if sha is None:
            raise ApiError(404, "Branch not found")
        url = f"{self.hub.address()}/repos/{call.repository.full_name}/branches/{name}"
        checks = {"enforcement_level": "off", "contexts": [], "checks": []}
        answer = {
            "name": name,
            "commit": commit_json(self.hub.payloads, call.repository.commits[sha]),
            "_links": {"self": url, "html": f"{WEB}/{call.repository.full_name}/tree/{name}"},
            "protected": False,
            "protection": {"enabled": False, "required_status_checks": checks},
            "protection_url": f"{url}/protection",
        }
        return reply(answer)

    async def tags(self, call: RepositoryCall) -> web.Response:
        """All tags, by name in reverse order."""
        names = sorted(call.repository.tags, reverse=True)
        some, headers = page(call.request, names, self.hub.address())
        rows = [tag_json(self.hub.payloads, call.repository.tags[name]) for name in some]
        return reply(rows, headers=headers)

    async def matching_refs(self, call: RepositoryCall) -> web.Response:
        """The refs that begin with a prefix (`heads/fea`); the list may be empty."""
        prefix = f"refs/{call.part('ref')}"
        found = [row for row in self._refs(call.repository) if row["ref"].startswith(prefix)]
        return reply(found)

    async def ref(self, call: RepositoryCall) -> web.Response:
        """One ref by its full name."""
        name = f"refs/{call.part('ref')}"
        for row in self._refs(call.repository):
            if row["ref"] == name:
                return reply(row)
        raise not_found()

    async def collaborators(self, call: RepositoryCall) -> web.Response:
        """The collaborators, page by page."""
        items = list(call.repository.collaborators.items())
        some, headers = page(call.request, items, self.hub.address())
        rows = [
            {
                **self.hub.payloads.user(self.hub.state.user(login)),
                "permissions": permission_flags(level),
                "role_name": level,
            }
            for login, level in some
        ]
        return reply(rows, headers=headers)

    async def is_collaborator(self, call: RepositoryCall) -> web.Response:
        """Answer 204 for a collaborator, else 404."""
        self._level(call)
        return web.Response(status=204)

    async def permission(self, call: RepositoryCall) -> web.Response:
        """A user's permission; the field `permission` is only admin, write, read or none."""
        level = self._any_level(call)
        coarse = {"maintain": "write", "triage": "read"}.get(level, level)
        person = self.hub.payloads.user(self.hub.state.user(call.part("login")))
        role = "" if level == "none" else level
        user = {**person, "permissions": permission_flags(level), "role_name": role}
        return reply({"permission": coarse, "role_name": role, "user": user})

    def _any_level(self, call: RepositoryCall) -> str:
        """A collaborator's permission, or everybody's; 404 if nobody has the login."""
        login = call.part("login")
        if login.lower() not in self.hub.state.users:
            raise ApiError(404, f"{login} is not a user")
        try:
            return self._level(call)
        except ApiError:
            return "none" if call.repository.private else "read"

    def _level(self, call: RepositoryCall) -> str:
        wanted = call.part("login").lower()
        for login, level in call.repository.collaborators.items():
            if login.lower() == wanted:
                return level
        raise not_found()

    def _refs(self, repository: Repository) -> list[dict[str, Any]]:
        base = f"{self.hub.address()}/repos/{repository.full_name}/git"
        heads = [(f"refs/heads/{name}", sha, "commit") for name, sha in repository.branches.items()]
        tags = [
            (f"refs/tags/{tag.name}", tag.sha or tag.commit, "tag" if tag.sha else "commit")
            for tag in repository.tags.values()
        ]
        pulls = [
            (f"refs/pull/{pull.number}/head", pull.head_sha, "commit") for pull in repository.pulls
        ]
        return [
            {
                "ref": ref,
                "node_id": self.hub.state.node_id("REF", repository.id) + ref,
                "url": f"{base}/{ref}",
                "object": {"type": kind, "sha": sha, "url": f"{base}/{kind}s/{sha}"},
            }
            for ref, sha, kind in sorted(heads + tags + pulls)
        ]
