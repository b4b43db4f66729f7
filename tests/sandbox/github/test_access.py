"""GitHub's stand-in: who may call, what lapsed credentials and lost installations answer."""

import time
from typing import Any

from sandbox.github import GitHubStandIn
from sandbox.world import new_key_pair
from tests.sandbox.conftest import SHOP, Caller, Inbox

DEPLOYMENTS = f"/repos/{SHOP}/deployments"


async def test_the_app_by_id_or_client_id(api: Caller, hub: GitHubStandIn) -> None:
    """`iss` is the App's id or its client id."""
    for issuer in (str(hub.app_record.id), hub.app_record.client_id):
        answer = await api.call("GET", "/app", credential=api.app_jwt(iss=issuer))
        assert (answer.status, answer.body["slug"]) == (200, "deploybot")


REFUSED_CLAIMS: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"exp": -1}, 401, "Expiration time"),
    ({"exp": 3600}, 401, "too far in the future"),
    ({"iat": 300}, 401, "Issued at"),
    ({"iss": "1"}, 404, "Integration not found"),
)


async def test_refused_claims(api: Caller) -> None:
    """A JWT that is late, long, early or somebody else's; its times are seconds from now."""
    for claims, status, words in REFUSED_CLAIMS:
        now = int(time.time())
        said = {name: now + at if isinstance(at, int) else at for name, at in claims.items()}
        answer = await api.call("GET", "/app", credential=api.app_jwt(**said))
        assert status == answer.status, claims
        assert words in answer.body["message"], claims


async def test_another_key_and_no_jwt_at_all(api: Caller) -> None:
    """What was not signed with the App's key cannot be decoded."""
    api.environ["GITHUB_PRIVATE_KEY"] = new_key_pair()[0]
    for credential in (api.app_jwt(), api.token, "x"):
        answer = await api.call("GET", "/app", credential=credential)
        assert (
            answer.status,
            answer.body["message"],
        ) == (401, "A JSON web token could not be decoded")


async def test_tokens_have_no_fixed_length_and_can_be_expired(
    api: Caller, hub: GitHubStandIn
) -> None:
    """A token is long, lives an hour, and answers 401 once expired."""
    assert api.token.startswith(f"ghs_{hub.app_record.id}_")
    assert len(api.token) > 200
    life = (hub.state.tokens[api.token].expires_at or 0) - time.time()
    assert 3590 < life <= 3600
    hub.expire_tokens()
    answer = await api.get(f"/repos/{SHOP}")
    expected = {
        "message": "Bad credentials",
        "documentation_url": "https://docs.github.com/rest",
        "status": "401",
    }
    assert (401, expected) == (answer.status, answer.body)
    api.token = await api.new_token()
    assert (await api.get(f"/repos/{SHOP}")).status == 200


async def test_a_narrowed_token_may_less(api: Caller, hub: GitHubStandIn) -> None:
    """Permissions and repositories asked for are all that a token has."""
    hub.add_repository("acme/docs")
    number = (await api.as_app("GET", "/app/installations")).body[0]["id"]
    path = f"/app/installations/{number}/access_tokens"
    narrow = {"permissions": {"deployments": "read"}, "repositories": ["shop"]}
    api.token = (await api.as_app("POST", path, json=narrow)).body["token"]
    assert (await api.get(DEPLOYMENTS)).status == 200
    assert (await api.post(DEPLOYMENTS, ref="main")).status == 403
    assert (await api.get("/repos/acme/docs/deployments")).status == 404
    more = {"permissions": {"administration": "write"}}
    assert (await api.as_app("POST", path, json=more)).status == 422


async def test_uninstalling_kills_the_tokens(api: Caller, hub: GitHubStandIn, inbox: Inbox) -> None:
    """The installation is not found, its tokens are bad, and the event says so."""
    hub.uninstall(SHOP)
    await hub.deliverer.settle()
    assert (await api.as_app("GET", f"/repos/{SHOP}/installation")).status == 404
    assert (await api.post(DEPLOYMENTS, ref="main")).status == 401
    assert [event["action"] for event in inbox.bodies("installation")] == ["deleted"]


async def test_a_repository_outside_the_installation_is_not_there(
    api: Caller, hub: GitHubStandIn
) -> None:
    """Taken out of the installation, it is 404 by REST and NOT_FOUND by GraphQL."""
    hub.remove_from_installation(SHOP)
    assert (await api.post(DEPLOYMENTS, ref="main")).status == 404
    answer = await api.graphql('{repository(owner: "acme", name: "shop") {id}}')
    assert answer["errors"][0]["type"] == "NOT_FOUND"


async def test_suspending_answers_403(api: Caller, hub: GitHubStandIn, inbox: Inbox) -> None:
    """Old tokens and new ones are refused until it is unsuspended."""
    hub.suspend(SHOP)
    found = await api.as_app("GET", f"/repos/{SHOP}/installation")
    assert found.body["suspended_at"] is not None
    path = f"/app/installations/{found.body['id']}/access_tokens"
    for answer in (await api.as_app("POST", path), await api.post(DEPLOYMENTS, ref="main")):
        assert (
            answer.status,
            answer.body["message"],
        ) == (403, "This installation has been suspended")
    hub.unsuspend(SHOP)
    await hub.deliverer.settle()
    assert (await api.get(f"/repos/{SHOP}")).status == 200
    actions = {event["action"] for event in inbox.bodies("installation")}
    assert {"suspend", "unsuspend"} == actions


async def test_an_archived_repository_can_only_be_read(api: Caller, hub: GitHubStandIn) -> None:
    """Writes are a 403 that says why."""
    hub.archive(SHOP)
    answer = await api.post(DEPLOYMENTS, ref="main")
    assert (
        answer.status,
        answer.body["message"],
    ) == (403, "Repository was archived so is read-only.")
    assert (await api.get(f"/repos/{SHOP}")).status == 200


async def test_a_renamed_repository_redirects_by_id(api: Caller, hub: GitHubStandIn) -> None:
    """Reads are moved with 301, writes with 307 so that the method stays."""
    number = hub.rename(SHOP, "store").id
    moved = await api.get(f"{DEPLOYMENTS}?per_page=1")
    expected = f"{hub.url}/repositories/{number}/deployments?per_page=1"
    assert (301, expected) == (moved.status, moved.headers["Location"])
    assert moved.body["message"] == "Moved Permanently"
    assert (await api.get(moved.headers["Location"])).status == 200
    kept = await api.post(DEPLOYMENTS, ref="main", auto_merge=False, required_contexts=[])
    assert kept.status == 307
    followed = await api.call(
        "POST", kept.headers["Location"], json={"ref": "main", "required_contexts": []}
    )
    assert followed.status == 201


async def test_a_transferred_repository_keeps_its_id(
    api: Caller, hub: GitHubStandIn, inbox: Inbox
) -> None:
    """The new owner's installation covers it; the event names the old owner."""
    before = hub.state.repository(SHOP).id
    hub.transfer(SHOP, "emca")
    await hub.deliverer.settle()
    assert before == hub.state.repository("emca/shop").id
    [event] = inbox.bodies("repository")
    assert event["changes"]["owner"]["from"]["organization"]["login"] == "acme"
    assert (await api.as_app("GET", "/repos/emca/shop/installation")).status == 200


async def test_etags_cost_nothing(api: Caller) -> None:
    """A conditional read that finds nothing new is 304 and free; another token knows none."""
    first = await api.get(f"/repos/{SHOP}")
    etag = {"If-None-Match": first.headers["ETag"]}
    second = await api.get(f"/repos/{SHOP}", headers=etag)
    remaining = [answer.headers["X-RateLimit-Remaining"] for answer in (first, second)]
    assert (304, remaining[0]) == (second.status, remaining[1])
    api.token = await api.new_token()
    assert (await api.get(f"/repos/{SHOP}", headers=etag)).status == 200


async def test_limits(api: Caller, hub: GitHubStandIn) -> None:
    """The hour's limit, the secondary one, and a broken front look as GitHub's do."""
    hub.secondary_limit(30, times=1, status=429)
    secondary = await api.get(f"/repos/{SHOP}")
    assert (secondary.status, secondary.headers["Retry-After"]) == (429, "30")
    hub.unavailable()
    assert (await api.get(f"/repos/{SHOP}")).status == 502
    hub.rate_limit(60)
    primary = await api.get(f"/repos/{SHOP}")
    assert (primary.status, primary.headers["X-RateLimit-Remaining"]) == (403, "0")
    wait = int(primary.headers["X-RateLimit-Reset"]) - time.time()
    assert 50 < wait <= 62
    answer = await api.post("/graphql", query="{rateLimit {cost}}")
    assert (answer.status, answer.body["errors"][0]["type"]) == (200, "RATE_LIMITED")
    assert answer.headers["X-RateLimit-Reset"] == primary.headers["X-RateLimit-Reset"]
    hub.faults.clear()
    assert (await api.get(f"/repos/{SHOP}")).status == 200


async def test_the_hours_calls_run_out(api: Caller, hub: GitHubStandIn) -> None:
    """Every answer counts down; at nothing left, 403."""
    await api.get(f"/repos/{SHOP}")
    for name, quota in hub.state.quotas.items():
        quota.used = quota.limit if name.startswith("core installation") else quota.used
    refused = await api.get(f"/repos/{SHOP}")
    assert (refused.status, refused.headers["X-RateLimit-Remaining"]) == (403, "0")
    assert "API rate limit exceeded" in refused.body["message"]


async def test_a_person_calls_with_their_own_token(api: Caller, hub: GitHubStandIn) -> None:
    """A deployment by a person's token is a person's."""
    api.token = hub.person_token("octocat")
    creator = (await api.deploy())["creator"]
    assert (creator["login"], creator["type"]) == ("octocat", "User")
