"""REST: issues, pull requests, comments.

https://docs.github.com/en/rest/issues/comments
"""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from sandbox.github.changes.commenting import comment, edit_comment, react
from sandbox.github.errors import invalid, not_found
from sandbox.github.hub import Hub
from sandbox.github.payloads.issues import REACTIONS, comment_json, issue_json, pull_json
from sandbox.github.records import Comment, PullRequest
from sandbox.github.rest.answers import RepositoryCall, Rest, page, reply


@dataclass(frozen=True)
class IssueRoutes:
    """Issues and pull requests of a repository."""

    hub: Hub

    def register(self, rest: Rest) -> None:
        """Add the routes."""
        one = "/issues/comments/{comment_id}"
        many = "/issues/{number}/comments"
        rest.on("GET", one, self.show_comment, needs="issues:read")
        rest.on("PATCH", one, self.change_comment, needs="issues:write")
        rest.on("POST", f"{one}/reactions", self.new_reaction, needs="issues:write")
        rest.on("GET", many, self.comments, needs="issues:read")
        rest.on("POST", many, self.new_comment, needs="issues:write")
        rest.on("GET", "/issues/{number}", self.issue, needs="issues:read")
        rest.on("GET", "/pulls", self.pulls, needs="pull_requests:read")
        rest.on("GET", "/pulls/{number}", self.pull, needs="pull_requests:read")
        rest.on("GET", "/commits/{sha}/pulls", self.pulls_of_commit, needs="pull_requests:read")

    async def issue(self, call: RepositoryCall) -> web.Response:
        """One issue, or a pull request as an issue."""
        return reply(issue_json(self.hub.payloads, self._issue(call)))

    async def comments(self, call: RepositoryCall) -> web.Response:
        """The comments, oldest first; with `since` only those changed since then."""
        since = call.request.query.get("since")
        after = datetime.fromisoformat(since).timestamp() if since else 0.0
        found = [one for one in self._issue(call).comments if one.updated_at >= int(after)]
        some, headers = page(call.request, found, self.hub.address())
        return reply([comment_json(self.hub.payloads, item) for item in some], headers=headers)

    async def new_comment(self, call: RepositoryCall) -> web.Response:
        """Answer 201 with the new comment."""
        body = call.body.get("body")
        if not isinstance(body, str) or not body.strip():
            raise invalid("IssueComment", "body", "body can't be blank")
        app = self.hub.app if call.caller.installation is not None else None
        made = comment(self.hub, self._issue(call), body, call.caller.user, app=app)
        answer = comment_json(self.hub.payloads, made)
        return reply(answer, status=201, headers={"Location": answer["url"]})

    async def show_comment(self, call: RepositoryCall) -> web.Response:
        """One comment."""
        return reply(comment_json(self.hub.payloads, self._comment(call)))

    async def change_comment(self, call: RepositoryCall) -> web.Response:
        """Change a comment's text."""
        body = call.body.get("body")
        if not isinstance(body, str) or not body.strip():
            raise invalid("IssueComment", "body", "body can't be blank")
        found = self._comment(call)
        edit_comment(self.hub, found, body, call.caller.user)
        return reply(comment_json(self.hub.payloads, found))

    async def new_reaction(self, call: RepositoryCall) -> web.Response:
        """Answer 201 with the new reaction, or 200 if the person has reacted so already."""
        content = call.body.get("content")
        if content not in REACTIONS:
            raise invalid("Reaction", "content", "content is not a valid reaction")
        answer, new = react(self.hub, self._comment(call), content, call.caller.user)
        return reply(answer, status=201 if new else 200)

    async def pulls(self, call: RepositoryCall) -> web.Response:
        """The pull requests, newest first; only open ones unless `state` says otherwise."""
        state, head = call.request.query.get("state", "open"), call.request.query.get("head")
        found = [
            item
            for item in call.repository.pulls
            if state in {"all", item.state} and head in {None, _label(item)}
        ]
        return self._pulls(call, found)

    async def pull(self, call: RepositoryCall) -> web.Response:
        """One pull request."""
        found = self._issue(call)
        if found.is_issue:
            raise not_found()
        return reply(pull_json(self.hub.payloads, found))

    async def pulls_of_commit(self, call: RepositoryCall) -> web.Response:
        """The pull requests that a commit belongs to."""
        return self._pulls(call, pulls_with(self.hub, call.repository.pulls, call.part("sha")))

    def _pulls(self, call: RepositoryCall, found: list[PullRequest]) -> web.Response:
        some, headers = page(call.request, found, self.hub.address())
        return reply([pull_json(self.hub.payloads, item) for item in some], headers=headers)

    def _issue(self, call: RepositoryCall) -> PullRequest:
        found = call.repository.issues.get(call.number("number"))
        if found is None:
            raise not_found()
        return found

    def _comment(self, call: RepositoryCall) -> Comment:
        number = call.number("comment_id")
        for issue in call.repository.issues.values():
            for item in issue.comments:
                if item.id == number:
                    return item
        raise not_found()


def pulls_with(hub: Hub, pulls: list[PullRequest], sha: str) -> list[PullRequest]:
    """The pull requests among whose own commits (not their base's) a commit is."""
    found = []
    for pull in pulls:
        base = {item.sha for item in hub.state.history(pull.repository, pull.base_sha)}
        own = {item.sha for item in hub.state.history(pull.repository, pull.head_sha)} - base
        if sha in own:
            found.append(pull)
    return found


def _label(pull: PullRequest) -> str:
    owner = pull.head_repository.owner.login if pull.head_repository else ""
    return f"{owner}:{pull.head_ref}"
