"""GitHub's stand-in is as strict as GitHub about comments and reactions."""

from sandbox.github import GitHubStandIn
from tests.sandbox.conftest import SHOP, Caller, Inbox


async def test_a_reaction_is_there_once(api: Caller, hub: GitHubStandIn) -> None:
    """Again it is the same one; what is no reaction is refused."""
    pull = hub.open_pull_request(SHOP, "hats")
    made = hub.person_comments(SHOP, pull.number, "Nice", "octocat")
    url = f"/repos/{SHOP}/issues/comments/{made.id}/reactions"
    first, second = await api.post(url, content="eyes"), await api.post(url, content="eyes")
    assert (first.status, second.status) == (201, 200)
    assert first.body["id"] == second.body["id"]
    assert (await api.post(url, content="wink")).status == 422
    assert (await api.post(f"{url[:-11]}0/reactions", content="eyes")).status == 404
    shown = (await api.get(f"/repos/{SHOP}/issues/comments/{made.id}")).body
    assert (shown["reactions"]["eyes"], shown["reactions"]["total_count"]) == (1, 1)


async def test_comments_are_listed_since_a_moment(
    api: Caller, hub: GitHubStandIn, inbox: Inbox
) -> None:
    """By when they were changed; the App's own name it, and are told as its bot's."""
    pull = hub.open_pull_request(SHOP, "hats")
    hub.person_comments(SHOP, pull.number, "Old", "octocat")
    hub.clock.ahead += 600
    url = f"/repos/{SHOP}/issues/{pull.number}/comments"
    new = (await api.post(url, body="New")).body
    since = new["updated_at"]
    assert [one["body"] for one in (await api.get(f"{url}?since={since}")).body] == ["New"]
    assert [one["body"] for one in (await api.get(url)).body] == ["Old", "New"]
    assert (await api.post(url, body=" ")).status == 422
    await hub.deliverer.settle()
    events = {one["comment"]["body"]: one for one in inbox.bodies("issue_comment")}
    told = events["New"]  # webhooks come in any order
    assert told["comment"]["user"]["type"] == "Bot"
    assert told["comment"]["performed_via_github_app"]["id"] == hub.app_record.id
    assert told["issue"]["pull_request"]["url"].endswith(f"/pulls/{pull.number}")
