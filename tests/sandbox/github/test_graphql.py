"""GitHub's stand-in: GraphQL answers and errors look as GitHub's do."""

from typing import Any

from sandbox.github import GitHubStandIn
from tests.sandbox.conftest import SHOP, Caller


async def shop(api: Caller, fields: str) -> Any:
    """Fields of the shop; there must be no error."""
    answer = await api.graphql(f'{{repository(owner: "Acme", name: "SHOP") {{{fields}}}}}')
    assert "errors" not in answer
    return answer["data"]["repository"]


async def test_a_survey_of_refs(api: Caller, hub: GitHubStandIn) -> None:
    """Branches, light and annotated tags, pull requests and SHAs resolve to commits."""
    hub.tag(SHOP, "v2.0.0", message="Two")
    pull = hub.open_pull_request(SHOP, "warm", fork=True)
    found = await shop(
        api,
        """
        main: ref(qualifiedName: "refs/heads/main") {name prefix target {oid}}
        light: ref(qualifiedName: "refs/tags/v1.4.0") {target {__typename oid}}
        heavy: ref(qualifiedName: "refs/tags/v2.0.0") {
          target {__typename ... on Tag {oid target {oid}}}
        }
        peeled: object(expression: "v2.0.0^{commit}") {__typename oid}
        nothing: ref(qualifiedName: "refs/heads/nothing") {name}
        pullRequest(number: 1) {headRefOid headRefName isCrossRepository isDraft state}
        """,
    )
    main = hub.head(SHOP, "main")
    assert found["main"] == {"name": "main", "prefix": "refs/heads/", "target": {"oid": main}}
    assert found["light"]["target"]["__typename"] == "Commit"
    assert found["heavy"]["target"]["target"]["oid"] == main
    assert found["heavy"]["target"]["oid"] != main
    assert found["peeled"] == {"__typename": "Commit", "oid": main}
    assert found["nothing"] is None
    assert found["pullRequest"] == {
        "headRefOid": pull.head_sha,
        "headRefName": "warm",
        "isCrossRepository": True,
        "isDraft": False,
        "state": "OPEN",
    }


async def test_files(api: Caller) -> None:
    """A file at a ref is a blob; what is not there is null."""
    found = await shop(
        api,
        """
        file: object(expression: "HEAD:.github/deploybot.yml") {
          ... on Blob {text oid byteSize isTruncated}
        }
        folder: object(expression: "main:.github") {__typename}
        nothing: object(expression: "HEAD:nothing.yml") {oid}
        """,
    )
    assert found["file"]["text"] == "version: 1\n"
    assert (found["file"]["byteSize"], found["file"]["isTruncated"]) == (11, False)
    assert found["folder"] == {"__typename": "Tree"}
    assert found["nothing"] is None


async def test_checks_on_a_commit(api: Caller, hub: GitHubStandIn) -> None:
    """Statuses and check runs stand in one list, the latest of each name."""
    sha = hub.head(SHOP, "main") or ""
    hub.set_check(SHOP, sha, "ci/test", "pending")
    hub.set_check(SHOP, sha, "ci/test", "success", url="https://ci.example.com/1")
    hub.set_check(SHOP, sha, "lint", "failure", kind="check_run", app="github-actions")
    found = await shop(
        api,
        """object(expression: "main") {... on Commit {statusCheckRollup {state
        contexts(first: 100) {totalCount nodes {__typename
          ... on CheckRun {name status conclusion checkSuite {app {slug}}}
          ... on StatusContext {context state targetUrl createdAt}}}}}}""",
    )
    rollup = found["object"]["statusCheckRollup"]
    assert (rollup["state"], rollup["contexts"]["totalCount"]) == ("FAILURE", 2)
    run, status = rollup["contexts"]["nodes"]
    assert run == {
        "__typename": "CheckRun",
        "name": "lint",
        "status": "COMPLETED",
        "conclusion": "FAILURE",
        "checkSuite": {"app": {"slug": "github-actions"}},
    }
    assert (status["context"], status["state"]) == ("ci/test", "SUCCESS")


async def test_deployments_oldest_first_unless_ordered(api: Caller, hub: GitHubStandIn) -> None:
    """States in GraphQL's words, the bot without `[bot]`, payload as JSON text."""
    first = await api.deploy(payload={"a": 1})
    await api.post(f"/repos/{SHOP}/deployments/{first['id']}/statuses", state="success")
    second = await api.deploy(ref=hub.head(SHOP, "main"), environment="production")
    fields = """nodes {id state payload ref {name} creator {__typename login}
        latestStatus {state}}"""
    found = await shop(
        api,
        f"""plain: deployments(first: 10) {{{fields}}}
        newest: deployments(first: 1, orderBy: {{field: CREATED_AT, direction: DESC}}) {{{fields}}}
        one: deployments(first: 10, environments: ["staging"]) {{totalCount}}""",
    )
    active, pending = found["plain"]["nodes"]
    assert active == {
        "id": first["node_id"],
        "state": "ACTIVE",
        "payload": '{"a": 1}',
        "ref": {"name": "main"},
        "creator": {"__typename": "Bot", "login": "deploybot"},
        "latestStatus": {"state": "SUCCESS"},
    }
    assert (pending["state"], pending["ref"], pending["latestStatus"]) == ("PENDING", None, None)
    assert [item["id"] for item in found["newest"]["nodes"]] == [second["node_id"]]
    assert found["one"] == {"totalCount": 1}


async def test_collaborators_beyond_a_page(api: Caller, hub: GitHubStandIn) -> None:
    """A connection pages by cursor."""
    hub.state.repository(SHOP).collaborators |= {f"person-{n}": "read" for n in range(120)}
    seen: list[str] = []
    after, more = "", True
    while more:
        found = await shop(
            api,
            f"collaborators(first: 100{after}) {{pageInfo {{hasNextPage endCursor}} "
            "edges {permission node {login}}}",
        )
        page = found["collaborators"]
        seen += [edge["node"]["login"] for edge in page["edges"]]
        after, more = f', after: "{page["pageInfo"]["endCursor"]}"', page["pageInfo"]["hasNextPage"]
    assert len(seen) == len(set(seen)) == 122
    one = await shop(api, 'collaborators(first: 1, login: "OCTOCAT") {edges {permission}}')
    assert one["collaborators"]["edges"] == [{"permission": "ADMIN"}]


ERRORS = (
    ('{repository(owner: "acme", name: "x") {id}}', "NOT_FOUND", "'acme/x'"),
    (
        '{repository(owner: "acme", name: "shop") {pullRequest(number: 9) {id}}}',
        "NOT_FOUND",
        "number of 9",
    ),
    (
        '{repository(owner: "acme", name: "shop") {deployments {totalCount}}}',
        "MISSING_PAGINATION_BOUNDARIES",
        "`first` or `last`",
    ),
    (
        '{repository(owner: "acme", name: "shop") {deployments(first: 101) {totalCount}}}',
        "EXCESSIVE_PAGINATION",
        "limit of 100 records",
    ),
    ('{node(id: "R_x") {id}}', "NOT_FOUND", "global id of 'R_x'"),
)


async def test_errors(api: Caller) -> None:
    """200 with `errors`: `type`, `path`, `locations` and `message`."""
    for query, kind, words in ERRORS:
        answer = await api.graphql(query)
        [error] = answer["errors"]
        assert {"type", "path", "locations", "message"} == set(error), query
        assert error["type"] == kind, query
        assert words in error["message"], query


async def test_a_field_that_does_not_exist(api: Caller) -> None:
    """A query that GitHub's schema does not know has errors and no data."""
    answer = await api.graphql('{repository(owner: "acme", name: "shop") {stars}}')
    assert "data" not in answer
    assert "stars" in answer["errors"][0]["message"]


async def test_permissions_are_enforced(api: Caller, hub: GitHubStandIn) -> None:
    """What the App was not granted is FORBIDDEN and null."""
    hub.state.tokens[api.token].permissions.pop("members")
    answer = await api.graphql(
        '{repository(owner: "acme", name: "shop") {id collaborators(first: 1) {totalCount}}}'
    )
    assert answer["errors"][0]["type"] == "FORBIDDEN"
    assert answer["data"]["repository"]["collaborators"] is None


async def test_nodes_and_renames(api: Caller, hub: GitHubStandIn) -> None:
    """By node id a repository is found under any name; an old name only if renames count."""
    number = hub.rename(SHOP, "store").node_id
    found = await api.graphql(
        "query($ids: [ID!]!) {nodes(ids: $ids) {... on Repository {nameWithOwner}}}",
        ids=[number, "R_x"],
    )
    assert found["data"]["nodes"] == [{"nameWithOwner": "acme/store"}, None]
    followed = await shop(api, "nameWithOwner")
    assert followed == {"nameWithOwner": "acme/store"}
    strict = await api.graphql(
        '{repository(owner: "acme", name: "shop", followRenames: false) {id}}'
    )
    assert strict["data"] == {"repository": None}
