"""What GitHub's failures become, and which of them leave it open whether something was done."""

import time

import aiohttp
import pytest

from app.errors import ProviderError, RateLimited, Refused, Unavailable
from app.github_app.github_client import GitHubClient
from app.http.limits import HEAD_START
from app.model.build_parts import PostedStatus
from app.model.plan import RepositoryRef
from app.ports.urgency import Urgency, urgent
from sandbox.github.standin import GitHubStandIn
from tests.elsewhere import elsewhere
from tests.github_app.api.deployments.test_single import plan_of
from tests.github_app.conftest import SHOP, client_of

CREATE = "POST /repos/acme/shop/deployments$"


async def failure_of(
    client: GitHubClient, github: GitHubStandIn, shop: RepositoryRef
) -> Unavailable:
    """How creating a deployment fails."""
    with pytest.raises(Unavailable) as caught:
        await client.create_deployment(plan_of(github, shop))
    return caught.value


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
async def test_5xx_of_a_write_is_ambiguous(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, status: int
) -> None:
    """After a 5xx a deployment may exist, whatever page came with it."""
    github.unavailable(match=CREATE, status=status)
    error = await failure_of(client, github, shop)
    assert (error.status, error.ambiguous) == (status, True)
    assert not isinstance(error, RateLimited)


async def test_5xx_of_a_read_is_not(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A read does nothing, by REST and by GraphQL."""
    made = github.person_deploys(SHOP)
    github.unavailable(match="/graphql|GET .*/deployments/", times=None)
    for call in (client.deployments(shop), client.deployment(shop, made.id)):
        with pytest.raises(Unavailable) as caught:
            await call
        assert not caught.value.ambiguous


async def test_a_token_that_cannot_be_had(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Without a token the write was not sent, so nothing is open."""
    github.unavailable(match="access_tokens")
    assert not (await failure_of(client, github, shop)).ambiguous
    assert github.deployments(SHOP) == []


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_lost_connection_is_ambiguous(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, drop: str
) -> None:
    """A connection cut off tells nothing: the deployment may exist; nothing is sent twice."""
    github.faults.add(CREATE, drop=drop)
    assert (await failure_of(client, github, shop)).ambiguous
    assert len(github.deployments(SHOP)) == (drop == "after")
    assert len(github.faults.made(CREATE)) == 1


async def test_a_slow_answer_is_ambiguous(
    github: GitHubStandIn,
    key_pair: tuple[str, str],
    session: aiohttp.ClientSession,
    shop: RepositoryRef,
) -> None:
    """A call ends at its timeout, and says that it was sent."""
    client = client_of(github, key_pair[0], session, timeout=1.5)
    await client.deployments(shop)
    github.faults.add(CREATE, delay=6)
    began = time.monotonic()
    error = await failure_of(client, github, shop)
    assert error.ambiguous
    assert time.monotonic() - began < 5
    assert "token" not in error.message


async def test_the_timeout_holds_for_all_requests_of_a_call(
    github: GitHubStandIn,
    key_pair: tuple[str, str],
    session: aiohttp.ClientSession,
    shop: RepositoryRef,
) -> None:
    """Three slow requests together may take no longer than one; none was a sent write."""
    client = client_of(github, key_pair[0], session, timeout=1.5)
    github.faults.add("^", delay=1.0, times=None)
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        await client.create_deployment(plan_of(github, shop))
    assert not isinstance(caught.value, RateLimited)
    assert time.monotonic() - began < 2.7


async def test_nobody_listens(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A refused connection sent nothing, so nothing is ambiguous."""
    await client.deployments(shop)
    await github.server.stop()
    with pytest.raises(Unavailable):
        await client.deployments(shop)  # takes the connection that was kept
    assert not (await failure_of(client, github, shop)).ambiguous


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", "7", '{"id": "x"}', "{}"])
@pytest.mark.parametrize("kind", ["application/json", "text/html", ""])
async def test_a_success_that_cannot_be_read(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, body: str, kind: str
) -> None:
    """An unreadable 2xx makes a write ambiguous, and raises no other exception."""
    github.faults.add(CREATE, status=201, body=body, headers={"Content-Type": kind})
    assert (await failure_of(client, github, shop)).ambiguous


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "[]",
        "{}",
        '{"data": null}',
        '{"data": []}',
        '{"data": {"repository": {"databaseId": "x"}}}',
        '{"errors": []}',
        '{"errors": [{}]}',
        '{"errors": [{"message": "Something went wrong while executing your query."}]}',
        '{"data": {"repository": {"databaseId": 1}}, "errors": [{"message": "timeout"}]}',
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
async def test_a_query_whose_answer_cannot_be_read(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, body: str, kind: str
) -> None:
    """A half or senseless GraphQL answer is a failure, never taken for an empty one."""
    github.faults.add("/graphql", status=200, body=body, headers={"Content-Type": kind})
    with pytest.raises(ProviderError) as caught:
        await client.survey(shop, target=None, environment=None)
    assert isinstance(caught.value, Unavailable)
    assert not caught.value.ambiguous


async def test_the_primary_rate_limit(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """With the hour's calls used up REST and GraphQL both say how long to wait."""
    await client.deployments(shop)
    github.rate_limit(90)
    with pytest.raises(RateLimited) as caught:
        await client.create_deployment(plan_of(github, shop))
    assert caught.value.retry_after == pytest.approx(91, abs=2)
    assert not caught.value.ambiguous
    with pytest.raises(RateLimited) as caught:
        await client.deployments(shop)
    assert caught.value.retry_after == pytest.approx(91, abs=2)
    assert github.deployments(SHOP) == []


@pytest.mark.parametrize("status", [403, 429])
async def test_the_secondary_rate_limit(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, status: int
) -> None:
    """`retry-after` is obeyed, for writes and for queries."""
    await client.deployments(shop)
    github.secondary_limit(17, status=status)
    with pytest.raises(RateLimited) as caught:
        await client.create_deployment(plan_of(github, shop))
    assert (caught.value.retry_after, caught.value.status) == (17, status)
    github.faults.calls.clear()
    for _ in range(3):
        with pytest.raises(RateLimited) as caught:
            await client.deployments(shop)
        assert caught.value.retry_after == pytest.approx(17 + HEAD_START, abs=2)
    assert github.faults.calls == []  # one call found out for all


async def test_a_limit_that_has_passed(
    github: GitHubStandIn,
    key_pair: tuple[str, str],
    session: aiohttp.ClientSession,
    shop: RepositoryRef,
) -> None:
    """The next call goes out: neither gidgethub nor we hold it back. Each hour has its own."""
    ahead = [0.0]
    client = client_of(github, key_pair[0], session, monotonic=lambda: time.monotonic() + ahead[0])
    await client.deployments(shop)
    github.rate_limit(60)
    with pytest.raises(RateLimited):
        await client.deployments(shop)
    github.faults.clear()
    assert await client.last_status(shop, github.person_deploys(SHOP).id) is None  # REST's own
    with pytest.raises(RateLimited):
        await client.deployments(shop)
    ahead[0] = 61 + HEAD_START
    assert len(await client.deployments(shop)) == 1
    await client.close()


async def test_the_last_calls_of_the_hour(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """The last calls are kept for what is more urgent than progress."""
    made = github.person_deploys(SHOP)
    await client.last_status(shop, made.id)
    for quota in github.state.quotas.values():
        quota.used = quota.limit - 400
    await client.last_status(shop, made.id)
    with urgent(Urgency.PROGRESS), pytest.raises(RateLimited):
        await client.last_status(shop, made.id)
    with urgent(Urgency.STARTING):
        await client.last_status(shop, made.id)


async def test_statuses_of_an_outage(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """If a status's answer is lost, it may have been posted: the last status shows it."""
    made = github.person_deploys(SHOP)
    github.faults.add("POST .*/statuses", drop="after")
    with pytest.raises(Unavailable) as caught:
        await client.post_status(shop, made.id, PostedStatus(state="success"))
    assert caught.value.ambiguous
    last = await client.last_status(shop, made.id)
    assert last is not None
    assert last.state == "success"


async def test_a_redelivery_is_never_ambiguous(github: GitHubStandIn, client: GitHubClient) -> None:
    """Requesting a redelivery twice does no harm, so its failure is never ambiguous."""
    github.unavailable(match="attempts")
    with pytest.raises(Unavailable) as caught:
        await client.redeliver(1)
    assert not caught.value.ambiguous


async def test_a_redirect_to_another_host(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Our token is not sent to another host."""
    async with elsewhere() as other:
        location = {"Location": f"{other.url}/repos"}
        github.faults.add("GET .*/deployments/1$", status=301, headers=location)
        with pytest.raises(Refused):
            await client.deployment(shop, 1)
    assert other.heard == []


async def test_a_next_page_at_another_host(github: GitHubStandIn, client: GitHubClient) -> None:
    """Our token is not sent to another host; such a page makes the call fail."""
    async with elsewhere() as other:
        link = {"Link": f'<{other.url}/app/installations?page=2>; rel="next"'}
        github.faults.add("GET /app/installations$", status=200, body="[]", headers=link)
        with pytest.raises(Unavailable):
            await client.installations()
    assert other.heard == []


async def test_a_redirect_in_a_circle(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Redirects end after some hops."""
    for number in range(10):
        github.faults.add(
            f"deployments/1(/{number - 1})?$",
            times=None,
            status=302,
            headers={"Location": f"/repos/acme/shop/deployments/1/{number % 2}"},
        )
    with pytest.raises(Refused):
        await client.deployment(shop, 1)
    assert len(github.faults.made("GET .*/deployments/1")) == 3
