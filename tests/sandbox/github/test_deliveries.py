"""GitHub's stand-in: deliveries are signed, recorded, listed by cursor and sent again."""

import hashlib
import hmac
import json

from sandbox.core.delivery import Sent
from sandbox.github import GitHubStandIn
from tests.sandbox.conftest import SHOP, Answer, Caller, Inbox

LIST = "/app/hook/deliveries"


async def test_headers_and_signature(hub: GitHubStandIn, inbox: Inbox) -> None:
    """A delivery carries GitHub's headers and the body's HMAC."""
    hub.person_deploys(SHOP)
    await hub.deliverer.settle()
    [(headers, body)] = inbox.received
    digest = hmac.new(hub.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={digest}"
    assert headers["X-GitHub-Event"] == "deployment"
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert headers["Content-Type"] == "application/json"
    assert headers["X-GitHub-Delivery"] == hub.deliverer.log[0].guid


async def test_failures_are_recorded_and_never_retried(
    api: Caller, hub: GitHubStandIn, inbox: Inbox
) -> None:
    """A 5xx and a lost delivery are listed; `failure` finds only answers of 4xx and 5xx."""
    inbox.status = 500
    hub.person_deploys(SHOP)
    await hub.deliverer.settle()
    hub.deliverer.lose = 1
    hub.person_deploys(SHOP)
    inbox.status = 202
    hub.person_deploys(SHOP)
    await hub.deliverer.settle()
    listed = (await api.as_app("GET", LIST)).body
    rows = [(row["status"], row["status_code"]) for row in listed]
    assert rows == [("OK", 202), ("timed out", 0), ("Invalid HTTP Response: 500", 500)]
    failures = (await api.as_app("GET", f"{LIST}?status=failure")).body
    assert [row["status_code"] for row in failures] == [500]
    assert len(inbox.received) == 2


async def test_a_refused_connection_is_recorded(api: Caller, hub: GitHubStandIn) -> None:
    """Nobody listens: no status code, and a status that says so."""
    hub.webhook_url = "http://127.0.0.1:1/github/webhook"
    hub.person_deploys(SHOP)
    await hub.deliverer.settle()
    [row] = (await api.as_app("GET", LIST)).body
    assert (row["status"], row["status_code"]) == ("failed to connect to host", 0)


async def test_pages_by_cursor_newest_first(api: Caller, hub: GitHubStandIn) -> None:
    """Following the Link header finds each delivery once."""
    made = [hub.person_deploys(SHOP).id for _ in range(5)]
    await hub.deliverer.settle()
    seen: list[str] = []
    path = f"{LIST}?per_page=2"
    while path:
        answer = await api.as_app("GET", path)
        seen += [row["guid"] for row in answer.body]
        path = _next(answer)
    assert seen == [sent.guid for sent in reversed(hub.deliverer.log)]
    assert len(made) == len(seen)


async def test_a_redelivery_keeps_its_guid(api: Caller, hub: GitHubStandIn, inbox: Inbox) -> None:
    """202, and the same body comes again under the same GUID, listed as a redelivery."""
    inbox.status = 503
    hub.person_deploys(SHOP)
    await hub.deliverer.settle()
    [row] = (await api.as_app("GET", LIST)).body
    inbox.status = 200
    assert (await api.as_app("POST", f"{LIST}/{row['id']}/attempts")).status == 202
    await hub.deliverer.settle()
    (first, body), (second, again) = inbox.received
    assert (first["X-GitHub-Delivery"], body) == (second["X-GitHub-Delivery"], again)
    rows = (await api.as_app("GET", LIST)).body
    assert [(row["redelivery"], row["status"] == "OK") for row in rows] == [
        (True, True),
        (False, False),
    ]
    assert (await api.as_app("POST", f"{LIST}/1/attempts")).status == 404


async def test_held_deliveries_leave_in_any_order(hub: GitHubStandIn, inbox: Inbox) -> None:
    """What was held is sent when released, each as often as `copies` says."""
    hub.deliverer.hold = True
    deployment = hub.person_deploys(SHOP)
    hub.post_status_as(deployment, "success")
    assert inbox.received == []
    hub.deliverer.copies = 2
    hub.deliverer.release(reverse=True)
    await hub.deliverer.settle()
    assert inbox.events == ["deployment"] * 2 + ["deployment_status"] * 2


async def test_changes_are_announced(hub: GitHubStandIn) -> None:
    """Listeners hear of every change, inactive statuses included, and of each delivery."""
    heard: list[str] = []
    sent: list[Sent] = []
    hub.on_change.append(lambda kind, _: heard.append(kind))
    hub.deliverer.listeners.append(sent.append)
    hub.post_status_as(hub.person_deploys(SHOP), "inactive")
    await hub.deliverer.settle()
    assert heard == ["github.deployment", "github.deployment_status"]
    assert [json.loads(item.body)["action"] for item in sent] == ["created"]


def _next(answer: Answer) -> str:
    link = answer.headers.get("Link", "")
    return link.partition("<")[2].partition(">")[0] if 'rel="next"' in link else ""
