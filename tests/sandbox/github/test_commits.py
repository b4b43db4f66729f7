"""GitHub's stand-in: what was reported on a commit, and when."""

from sandbox.github import GitHubStandIn
from tests.sandbox.conftest import SHOP, Caller

COMMIT = f"/repos/{SHOP}/commits/main"


async def test_statuses_keep_their_history(api: Caller, hub: GitHubStandIn) -> None:
    """Every status, newest first, in pages; the combined status has the newest of each context."""
    sha = hub.head(SHOP, "main") or ""
    for state in ("pending", "failure", "success"):
        hub.set_check(SHOP, sha, "build", state)
    hub.set_check(SHOP, sha, "lint", "failure")
    answer = await api.get(f"{COMMIT}/statuses?per_page=3")
    told = [(one["context"], one["state"]) for one in answer.body]
    assert told == [("lint", "failure"), ("build", "success"), ("build", "failure")]
    assert 'rel="next"' in answer.headers["Link"]
    combined = (await api.get(f"{COMMIT}/status")).body["statuses"]
    told = [(one["context"], one["state"]) for one in combined]
    assert told == [("build", "success"), ("lint", "failure")]


async def test_check_runs_keep_theirs(api: Caller, hub: GitHubStandIn) -> None:
    """The latest of each name unless all are asked for."""
    sha = hub.head(SHOP, "main") or ""
    for state in ("failure", "success"):
        hub.set_check(SHOP, sha, "build", state, "check_run")
    latest = (await api.get(f"{COMMIT}/check-runs")).body
    assert [run["conclusion"] for run in latest["check_runs"]] == ["success"]
    every = (await api.get(f"{COMMIT}/check-runs?filter=all")).body
    assert every["total_count"] == 2
    assert [run["conclusion"] for run in every["check_runs"]] == ["success", "failure"]


async def test_a_summary_has_a_longest_length(api: Caller, hub: GitHubStandIn) -> None:
    """A check run whose summary is longer is refused."""
    sha = hub.head(SHOP, "main")
    for length, status in ((65_535, 201), (65_536, 422)):
        output = {"title": "Configuration", "summary": "x" * length}
        run = {"name": "c", "head_sha": sha, "conclusion": "failure", "output": output}
        assert status == (await api.post(f"/repos/{SHOP}/check-runs", **run)).status
