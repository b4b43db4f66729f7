"""GraphQL: the query's root fields, repositories, their people and pull requests."""

from typing import Any

from sandbox.github.errors import GraphQLFault
from sandbox.github.graphql.context import Context, connection
from sandbox.github.graphql.git import Ref, blob_or_commit, find_ref, refs
from sandbox.github.payloads.accounts import WEB, iso, iso_or_none
from sandbox.github.payloads.git import changed_files
from sandbox.github.records import PullRequest, Repository, User


def _repository(
    _: None,
    context: Context,
    *,
    owner: str,
    name: str,
    followRenames: bool = True,  # noqa: N803 - GraphQL's spelling
) -> Repository:
    full_name = f"{owner}/{name}"
    number = context.hub.state.names.get(full_name.lower())
    found = context.hub.state.repositories.get(number or 0)
    renamed = found is not None and found.full_name.lower() != full_name.lower()
    if found is None or not context.visible(found) or (renamed and not followRenames):
        message = f"Could not resolve to a Repository with the name '{full_name}'."
        raise GraphQLFault("NOT_FOUND", message)
    return found


def _node(_: None, context: Context, *, id: str) -> Any:  # noqa: A002 - GraphQL's spelling
    found = context.hub.state.nodes.get(id)
    repository = found if isinstance(found, Repository) else getattr(found, "repository", None)
    if found is None or (repository is not None and not context.visible(repository)):
        message = f"Could not resolve to a node with the global id of '{id}'"
        raise GraphQLFault("NOT_FOUND", message)
    return found


def _nodes(_: None, context: Context, *, ids: list[str]) -> list[Any]:
    return [_node_or_fault(context, item) for item in ids]


def _node_or_fault(context: Context, item: str) -> Any:
    try:
        return _node(None, context, id=item)
    except GraphQLFault as fault:
        return fault


def _account(_: None, context: Context, *, login: str) -> User:
    found = context.hub.state.users.get(login.lower())
    if found is None:
        message = f"Could not resolve to a User with the login of '{login}'."
        raise GraphQLFault("NOT_FOUND", message)
    return found


def _rate_limit(_: None, context: Context, **__: Any) -> dict[str, Any]:
    quota = context.quota
    return {
        "cost": 1,
        "limit": quota.limit,
        "nodeCount": 1,
        "remaining": max(0, quota.limit - quota.used),
        "resetAt": iso(quota.reset),
        "used": quota.used,
    }


def _collaborators(
    repository: Repository,
    context: Context,
    *,
    query: str | None = None,
    login: str | None = None,
    **arguments: Any,
) -> dict[str, Any]:
    people = [
        (context.hub.state.user(name), level.upper())
        for name, level in repository.collaborators.items()
        if login is None or name.lower() == login.lower()
    ]
    if query:
        people = [
            (user, level)
            for user, level in people
            if query.lower() in user.login.lower() or query.lower() in user.name.lower()
        ]
    arguments.pop("affiliation", None)
    page = connection("collaborators", people, arguments)
    page["edges"] = [
        {"cursor": edge["cursor"], "node": edge["node"][0], "permission": edge["node"][1]}
        for edge in page["edges"]
    ]
    page["nodes"] = [user for user, _ in page["nodes"]]
    return page


def _environments(
    repository: Repository, _: Context, *, names: list[str] | None = None, **arguments: Any
) -> dict[str, Any]:
    wanted = {name.lower() for name in names or []}
    found = [
        item
        for item in sorted(repository.environments.values(), key=lambda item: item.name)
        if not wanted or item.name.lower() in wanted
    ]
    return connection("environments", found, arguments)


def _pull_request(repository: Repository, _: Context, *, number: int) -> PullRequest:
    found = repository.issues.get(number)
    if found is None or found.is_issue:
        message = f"Could not resolve to a PullRequest with the number of {number}."
        raise GraphQLFault("NOT_FOUND", message)
    return found


def _pull_requests(repository: Repository, _: Context, **arguments: Any) -> dict[str, Any]:
    states = arguments.get("states")
    found = [
        pull
        for pull in reversed(repository.pulls)
        if (states is None or pull_state(pull, None) in states)
        and arguments.get("headRefName") in {None, pull.head_ref}
    ]
    return connection("pullRequests", found, arguments)


def pull_state(pull: PullRequest, _: Context | None) -> str:
    """OPEN, CLOSED or MERGED."""
    return "MERGED" if pull.merged else pull.state.upper()


def _commits(pull: PullRequest, context: Context, **arguments: Any) -> dict[str, Any]:
    history = context.hub.state.history(pull.repository, pull.head_sha)
    base = {item.sha for item in context.hub.state.history(pull.repository, pull.base_sha)}
    own = [{"commit": item} for item in reversed(history) if item.sha not in base]
    return connection("commits", own, arguments)


def _files(pull: PullRequest, context: Context, **arguments: Any) -> dict[str, Any]:
    """The files that a pull request changes, by path."""
    repository, state = pull.repository, context.hub.state
    base = {item.sha for item in state.history(repository, repository.branches[pull.base_ref])}
    history = state.history(repository, pull.head_sha)
    left = next((item for item in history if item.sha in base), None)
    changes = changed_files(repository.commits[pull.head_sha], left.files if left else {})
    words = {"added": "ADDED", "removed": "DELETED", "modified": "MODIFIED"}
    found = sorted((path, words[how]) for how, paths in changes.items() for path in paths)
    files = [{"path": path, "changeType": kind} for path, kind in found]
    return connection("files", files, arguments)


def _head_ref(pull: PullRequest, _: Context) -> Ref | None:
    head = pull.head_repository
    return None if head is None else find_ref(head, f"refs/heads/{pull.head_ref}")


QUERY = {
    "repository": _repository,
    "node": _node,
    "nodes": _nodes,
    "rateLimit": _rate_limit,
    "user": _account,
    "repositoryOwner": _account,
    "viewer": lambda _, context: context.caller.user,
}

FIELDS: dict[str, dict[str, Any]] = {
    "Query": QUERY,
    "Repository": {
        "nameWithOwner": lambda item, _: item.full_name,
        "url": lambda item, _: f"{WEB}/{item.full_name}",
        "isArchived": lambda item, _: item.archived,
        "isPrivate": lambda item, _: item.private,
        "isDisabled": lambda _, __: False,
        "isFork": lambda item, _: item.parent is not None,
        "defaultBranchRef": lambda item, _: find_ref(item, f"refs/heads/{item.default_branch}"),
        "object": blob_or_commit,
        "ref": lambda item, _, *, qualifiedName: find_ref(item, qualifiedName),  # noqa: N803 - GraphQL's spelling
        "refs": refs,
        "pullRequest": _pull_request,
        "pullRequests": _pull_requests,
        "environments": _environments,
        "collaborators": _collaborators,
    },
    "PullRequest": {
        "url": lambda pull, _: f"{WEB}/{pull.repository.full_name}/pull/{pull.number}",
        "bodyText": lambda pull, _: pull.body,
        "headRefName": lambda pull, _: pull.head_ref,
        "headRefOid": lambda pull, _: pull.head_sha,
        "headRef": _head_ref,
        "commits": _commits,
        "files": _files,
        "headRepository": lambda pull, _: pull.head_repository,
        "headRepositoryOwner": lambda pull, _: (
            pull.head_repository.owner if pull.head_repository else None
        ),
        "baseRefName": lambda pull, _: pull.base_ref,
        "baseRefOid": lambda pull, _: pull.base_sha,
        "baseRef": lambda pull, _: find_ref(pull.repository, f"refs/heads/{pull.base_ref}"),
        "isCrossRepository": lambda pull, _: pull.head_repository is not pull.repository,
        "isDraft": lambda pull, _: pull.draft,
        "state": pull_state,
        "closed": lambda pull, _: pull.state == "closed",
        "mergedAt": lambda pull, _: iso_or_none(pull.closed_at if pull.merged else None),
        "author": lambda pull, _: pull.user,
    },
}
