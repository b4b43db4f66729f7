"""REST: commits, their statuses and check runs, comparisons, files.

https://docs.github.com/en/rest/commits
"""

import base64
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.github.changes.checking import (
    OPEN,
    NewCheckRun,
    NewCommitStatus,
    post_check_run,
    post_commit_status,
)
from sandbox.github.errors import ApiError, invalid, not_found
from sandbox.github.hub import Hub
from sandbox.github.payloads.accounts import WEB, Payloads
from sandbox.github.payloads.checks import check_run_json, combined_json, status_json
from sandbox.github.payloads.git import commit_json, files_json
from sandbox.github.records import Blob, Commit, Repository
from sandbox.github.rest.answers import RepositoryCall, Rest, page, reply

RAW = ("application/vnd.github.raw", "application/vnd.github.v3.raw")
CONCLUSIONS = {
    "action_required",
    "cancelled",
    "failure",
    "neutral",
    "success",
    "skipped",
    "stale",
    "timed_out",
}
SUMMARY = 65_535


@dataclass(frozen=True)
class CommitRoutes:
    """Commits of a repository."""

    hub: Hub

    def register(self, rest: Rest) -> None:
        """Add the routes; a ref may contain slashes."""
        rest.on("GET", "/commits", self.commits, needs="contents:read")
        rest.on("GET", r"/commits/{ref:.+}/check-runs", self.check_runs, needs="checks:read")
        heads = r"/commits/{ref:.+}/branches-where-head"
        rest.on("GET", heads, self.branches_where_head, needs="contents:read")
        rest.on("GET", r"/commits/{ref:.+}/status", self.status, needs="statuses:read")
        rest.on("GET", r"/commits/{ref:.+}/statuses", self.statuses, needs="statuses:read")
        rest.on("GET", r"/commits/{ref:.+}", self.commit, needs="contents:read")
        rest.on("GET", r"/compare/{basehead:.+}", self.compare, needs="contents:read")
        rest.on("GET", r"/contents/{path:.+}", self.contents, needs="contents:read")
        rest.on("POST", "/check-runs", self.new_check_run, needs="checks:write")
        rest.on("POST", "/statuses/{sha}", self.new_status, needs="statuses:write")

    async def commits(self, call: RepositoryCall) -> web.Response:
        """A ref's history, newest first."""
        ref = call.request.query.get("sha") or call.repository.default_branch
        head = self._commit(call.repository, ref)
        history = self.hub.state.history(call.repository, head.sha)
        some, headers = page(call.request, history, self.hub.address())
        return reply([commit_json(self.hub.payloads, item) for item in some], headers=headers)

    async def commit(self, call: RepositoryCall) -> web.Response:
        """One commit by branch, tag or SHA, with its files."""
        found = self._commit(call.repository, call.part("ref"))
        if call.request.headers.get("Accept", "").endswith(".sha"):
            return web.Response(text=found.sha)
        before = call.repository.commits.get(found.parents[0]) if found.parents else None
        files = [] if before is None else files_json(call.repository, before, found)
        stats = {"total": len(files), "additions": len(files), "deletions": 0}
        return reply({**commit_json(self.hub.payloads, found), "stats": stats, "files": files})

    async def branches_where_head(self, call: RepositoryCall) -> web.Response:
        """The branches whose latest commit this is."""
        found = self._commit(call.repository, call.part("ref"))
        heads = [name for name, sha in call.repository.branches.items() if sha == found.sha]
        some, headers = page(call.request, heads, self.hub.address())
        commit = {"sha": found.sha, "url": ""}
        rows = [{"name": name, "commit": commit, "protected": False} for name in some]
        return reply(rows, headers=headers)

    async def status(self, call: RepositoryCall) -> web.Response:
        """The combined commit status."""
        found = self._commit(call.repository, call.part("ref"))
        return reply(combined_json(self.hub.payloads, call.repository, found.sha))

    async def statuses(self, call: RepositoryCall) -> web.Response:
        """All commit statuses that were ever posted, newest first."""
        repository = call.repository
        found = self._commit(repository, call.part("ref"))
        history = repository.statuses.get(found.sha, [])[::-1]
        some, headers = page(call.request, history, self.hub.address())
        rows = [status_json(self.hub.payloads, repository, found.sha, item) for item in some]
        return reply(rows, headers=headers)

    async def check_runs(self, call: RepositoryCall) -> web.Response:
        """The latest check runs of a commit, or with `filter=all` all of them."""
        found = self._commit(call.repository, call.part("ref"))
        suites = call.repository.suites.get(found.sha, [])
        runs = [run for suite in suites for run in reversed(suite.runs)]
        if call.request.query.get("filter") != "all":
            runs = [run for suite in suites for run in {r.name: r for r in suite.runs}.values()]
        some, headers = page(call.request, runs, self.hub.address())
        rows = [check_run_json(self.hub.payloads, run) for run in some]
        return reply({"total_count": len(runs), "check_runs": rows}, headers=headers)

    async def compare(self, call: RepositoryCall) -> web.Response:
        """Compare two commits: at most 250 commits and 300 files, or a page of commits.

        Only the first page has the files.
        https://docs.github.com/en/rest/commits/commits#compare-two-commits
        """
        base_name, _, head_name = call.part("basehead").partition("...")
        repository = call.repository
        base, head = self._commit(repository, base_name), self._commit(repository, head_name)
        old = self.hub.state.history(repository, base.sha)
        new = self.hub.state.history(repository, head.sha)
        old_ids, new_ids = {item.sha for item in old}, {item.sha for item in new}
        ahead = [item for item in reversed(new) if item.sha not in old_ids]
        behind = [item for item in old if item.sha not in new_ids]
        shared = next((item for item in new if item.sha in old_ids), None)
        if shared is None:
            raise not_found()
        url = f"{self.hub.address()}/repos/{repository.full_name}/compare"
        web_url = f"{WEB}/{repository.full_name}/compare/{base_name}...{head_name}"
        answer = {
            "url": f"{url}/{base_name}...{head_name}",
            "html_url": web_url,
            "permalink_url": web_url,
            "diff_url": f"{web_url}.diff",
            "patch_url": f"{web_url}.patch",
            "base_commit": commit_json(self.hub.payloads, base),
            "merge_base_commit": commit_json(self.hub.payloads, shared),
            "status": _relation(bool(ahead), bool(behind)),
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
        }
        headers, some, first = {}, ahead[:250], True
        if {"page", "per_page"} & set(call.request.query):
            some, headers = page(call.request, ahead, self.hub.address())
            first = call.request.query.get("page", "1") == "1"
        answer["commits"] = [commit_json(self.hub.payloads, item) for item in some]
        if first:
            answer["files"] = files_json(repository, shared, head)
        return reply(answer, headers=headers)

    async def contents(self, call: RepositoryCall) -> web.Response:
        """A file at a ref, as base64 in JSON or raw; 404 if there is none."""
        repository, path = call.repository, call.part("path")
        ref = call.request.query.get("ref") or repository.default_branch
        commit = self._commit(repository, ref, missing=f"No commit found for the ref {ref}")
        sha = commit.files.get(path)
        if sha is None:
            raise not_found()
        blob = repository.blobs[sha]
        if call.request.headers.get("Accept", "").startswith(RAW):
            return web.Response(body=blob.content, content_type="application/vnd.github.raw")
        return reply(_file_json(self.hub.payloads, repository, blob, path, ref))

    async def new_check_run(self, call: RepositoryCall) -> web.Response:
        """Answer 201 with the new check run; only an App may create one."""
        body = call.body
        name, sha = body.get("name"), body.get("head_sha", "")
        if not name or sha not in call.repository.commits:
            raise invalid("CheckRun", "head_sha", f"No commit found for SHA: {sha}")
        conclusion = body.get("conclusion")
        if conclusion is not None and conclusion not in CONCLUSIONS:
            raise invalid("CheckRun", "conclusion", "conclusion is not included in the list")
        status = body.get("status") or ("completed" if conclusion else "queued")
        if status == "completed" and conclusion is None:
            raise invalid("CheckRun", "conclusion", "conclusion is missing")
        if status not in OPEN | {"completed"}:
            raise invalid("CheckRun", "status", "status is not included in the list")
        new = NewCheckRun(
            sha=sha,
            name=name,
            app=self.hub.app,
            status=status,
            conclusion=conclusion,
            details_url=body.get("details_url") or "",
            external_id=body.get("external_id") or "",
            output=_output(body.get("output") or {}),
        )
        run = post_check_run(self.hub, call.repository, new)
        return reply(check_run_json(self.hub.payloads, run), status=201)

    async def new_status(self, call: RepositoryCall) -> web.Response:
        """Answer 201 with the new commit status."""
        sha, body = call.part("sha"), call.body
        if sha not in call.repository.commits:
            raise ApiError(422, f"No commit found for SHA: {sha}")
        if body.get("state") not in {"error", "failure", "pending", "success"}:
            raise invalid("Status", "state", "state is not included in the list")
        new = NewCommitStatus(
            sha=sha,
            context=body.get("context") or "default",
            state=body["state"],
            creator=call.caller.user,
            description=body.get("description"),
            target_url=body.get("target_url"),
        )
        status = post_commit_status(self.hub, call.repository, new)
        answer = status_json(self.hub.payloads, call.repository, sha, status)
        return reply(answer, status=201)

    def _commit(self, repository: Repository, ref: str, missing: str = "") -> Commit:
        sha = self.hub.state.resolve(repository, ref)
        if sha is None and missing:
            raise ApiError(404, missing)
        if sha is None:
            raise ApiError(422, f"No commit found for SHA: {ref}")
        return repository.commits[sha]


def _output(output: dict[str, Any]) -> dict[str, Any]:
    """https://docs.github.com/en/rest/checks/runs#create-a-check-run."""
    if output and not (output.get("title") and output.get("summary")):
        raise ApiError(422, 'Invalid request.\n\n"summary" wasn\'t supplied.')
    if len(output.get("summary", "")) > SUMMARY:
        raise invalid("CheckRun", "summary", f"summary exceeds a maximum length of {SUMMARY}")
    return output


def _relation(ahead: bool, behind: bool) -> str:
    if ahead and behind:
        return "diverged"
    if ahead:
        return "ahead"
    return "behind" if behind else "identical"


def _file_json(
    payloads: Payloads, repository: Repository, blob: Blob, path: str, ref: str
) -> dict[str, object]:
    url = f"{payloads.api}/repos/{repository.full_name}/contents/{path}?ref={ref}"
    git_url = f"{payloads.api}/repos/{repository.full_name}/git/blobs/{blob.sha}"
    html_url = f"{WEB}/{repository.full_name}/blob/{ref}/{path}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": blob.sha,
        "size": len(blob.content),
        "url": url,
        "html_url": html_url,
        "git_url": git_url,
        "download_url": f"https://raw.githubusercontent.com/{repository.full_name}/{ref}/{path}",
        "type": "file",
        "content": base64.encodebytes(blob.content).decode(),
        "encoding": "base64",
        "_links": {"self": url, "git": git_url, "html": html_url},
    }
