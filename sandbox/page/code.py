"""The shop's code as the page shows it: refs with their checks, and pull requests."""

from typing import Any

from sandbox.github.records import CheckRun, PullRequest, Repository
from sandbox.github.state import latest_statuses

Json = dict[str, Any]

RULES = ".github/deploybot.yml"
GREEN = {"success", "neutral", "skipped"}
MOST_COMMENTS = 4


def code(repository: Repository) -> Json:
    """Branches, tags and open pull requests, each with its commit and its checks."""
    branches = [(name, sha) for name, sha in repository.branches.items()]
    branches.sort(key=lambda one: one[0] != repository.default_branch)
    tags = reversed(repository.tags.values())
    return {
        "branches": [_ref(repository, name, sha) for name, sha in branches],
        "tags": [_ref(repository, tag.name, tag.commit) for tag in tags],
        "pulls": [_pull(repository, pull) for pull in repository.pulls if pull.state == "open"],
        "environments": [one.name for one in repository.environments.values()],
    }


def rules_of(repository: Repository) -> str:
    """The text of `.github/deploybot.yml` on the default branch; empty if there is no such file."""
    head = repository.commits[repository.branches[repository.default_branch]]
    blob = head.files.get(RULES)
    return "" if blob is None else repository.blobs[blob].content.decode()


def _pull(repository: Repository, pull: PullRequest) -> Json:
    return {
        "number": pull.number,
        "title": pull.title,
        "comments": [
            {
                "id": one.id,
                "user": one.user.login,
                "body": one.body,
                "seen": any(content == "eyes" for _, content in one.reactions),
            }
            for one in pull.comments[-MOST_COMMENTS:]
        ],
        **_ref(repository, pull.head_ref, pull.head_sha),
    }


def _ref(repository: Repository, name: str, sha: str) -> Json:
    commit = repository.commits.get(sha)
    return {
        "name": name,
        "sha": sha,
        "subject": commit.message.partition("\n")[0] if commit else "",
        "author": commit.name if commit else "",
        "checks": _checks(repository, sha),
    }


def _checks(repository: Repository, sha: str) -> list[Json]:
    """Every check of a commit: its name, its state (`green`, `red`, `running`), its report."""
    statuses = [
        {"name": one.context, "state": _state(one.state), "title": "", "notes": []}
        for one in latest_statuses(repository, sha)
    ]
    runs = {run.name: run for suite in repository.suites.get(sha, []) for run in suite.runs}
    return [*statuses, *(_run(run) for run in runs.values())]


def _run(run: CheckRun) -> Json:
    annotations = run.output.get("annotations") or []
    return {
        "name": run.name,
        "state": _state(run.conclusion or "pending"),
        "title": run.output.get("title") or "",
        "notes": [
            *filter(None, [run.output.get("summary")]),
            *(f"Line {one['start_line']}: {one['message']}" for one in annotations),
        ],
    }


def _state(said: str) -> str:
    if said in GREEN:
        return "green"
    return "running" if said == "pending" else "red"
