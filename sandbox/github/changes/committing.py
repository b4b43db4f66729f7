"""Records commits, branches and tags, and sends their events."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sandbox.github.changes import git
from sandbox.github.hub import Hub
from sandbox.github.payloads.git import NULL_SHA, create_json, push_json
from sandbox.github.records import Blob, Commit, Repository, Tag, User


@dataclass(frozen=True, kw_only=True)
class NewCommit:
    """A new commit. `files` maps paths to texts (None deletes the file).

    `user` is None if GitHub does not know the author.
    """

    repository: Repository
    message: str
    user: User | None = None
    name: str = ""
    email: str = ""
    parents: tuple[str, ...] = ()
    files: Mapping[str, str | None] = field(default_factory=dict)


def commit(hub: Hub, new: NewCommit) -> Commit:
    """Record a commit on top of its first parent; no branch is moved."""
    repository = new.repository
    tree = dict(repository.commits[new.parents[0]].files) if new.parents else {}
    for path, text in new.files.items():
        if text is None:
            tree.pop(path, None)
        else:
            tree[path] = _blob(hub, repository, text).sha
    at = hub.state.now()
    name = new.name or (new.user.name if new.user else "Somebody")
    email = new.email or (new.user.email if new.user else "somebody@example.com")
    tree_id = git.tree_sha(tree)
    sha = git.commit_sha(
        tree=tree_id, parents=new.parents, name=name, email=email, at=at, message=new.message
    )
    made = Commit(
        sha=sha,
        node_id=f"{hub.state.node_id('C', repository.id)}{sha}",
        tree=tree_id,
        message=new.message,
        name=name,
        email=email,
        at=at,
        repository=repository,
        user=new.user,
        parents=new.parents,
        files=tree,
    )
    repository.commits[sha] = hub.state.remember(made)
    return made


def adopt(hub: Hub, repository: Repository, fork: Repository, sha: str) -> None:
    """Add a fork's commit, with its ancestors and files, to the repository it was forked from.

    GitHub keeps the objects of a repository and of its forks in one store.
    """
    for made in hub.state.history(fork, sha):
        if made.sha not in repository.commits:
            own = f"{hub.state.node_id('C', repository.id)}{made.sha}"
            shown = replace(made, repository=repository, node_id=own)
            repository.commits[made.sha] = hub.state.remember(shown)
    for blob in set(fork.blobs) - set(repository.blobs):
        own = f"{hub.state.node_id('B', repository.id)}{blob}"
        shown_blob = replace(fork.blobs[blob], repository=repository, node_id=own)
        repository.blobs[blob] = hub.state.remember(shown_blob)


def _blob(hub: Hub, repository: Repository, text: str) -> Blob:
    sha = git.blob_sha(text.encode())
    node_id = f"{hub.state.node_id('B', repository.id)}{sha}"
    blob = Blob(sha=sha, node_id=node_id, content=text.encode(), repository=repository)
    repository.blobs[sha] = hub.state.remember(blob)
    return blob


def move_branch(hub: Hub, repository: Repository, branch: str, sha: str, sender: User) -> None:
    """Point a branch at a commit; sends `push` and, if the branch is new, `create`."""
    before = repository.branches.get(branch, NULL_SHA)
    repository.branches[branch] = sha
    repository.pushed_at = hub.state.now()
    payload = push_json(hub.state, repository, f"refs/heads/{branch}", before, sha, sender)
    hub.emit("push", repository, sender, payload)
    if before == NULL_SHA:
        hub.emit("create", repository, sender, create_json(repository, branch, "branch"))


def remove_branch(hub: Hub, repository: Repository, branch: str, sender: User) -> None:
    """Delete a branch; sends a `push` whose new SHA is all zeros."""
    before = repository.branches.pop(branch)
    repository.pushed_at = hub.state.now()
    payload = push_json(hub.state, repository, f"refs/heads/{branch}", before, NULL_SHA, sender)
    hub.emit("push", repository, sender, payload)


def make_tag(
    hub: Hub, repository: Repository, name: str, sha: str, sender: User, *, message: str = ""
) -> Tag:
    """Tag a commit; with a message the tag is annotated. Sends `push` and `create`."""
    at = repository.pushed_at = hub.state.now()  # GitHub counts tags as pushes, too
    own = None
    if message:
        own = git.tag_sha(
            commit=sha, tag=name, name=sender.name, email=sender.email, at=at, message=message
        )
    before = repository.tags.get(name)
    number = hub.state.new_id()
    tag = Tag(
        name=name,
        node_id=hub.state.node_id("TA", number),
        commit=sha,
        repository=repository,
        sha=own,
        message=message,
        tagger=sender,
        at=at,
    )
    repository.tags[name] = hub.state.remember(tag)
    old = NULL_SHA if before is None else before.sha or before.commit
    payload = push_json(hub.state, repository, f"refs/tags/{name}", old, own or sha, sender)
    hub.emit("push", repository, sender, payload)
    if before is None:
        hub.emit("create", repository, sender, create_json(repository, name, "tag"))
    return tag


def merge(
    hub: Hub, repository: Repository, base: str, head: str, user: User, *, message: str = ""
) -> Commit | None:
    """Merge the commit `head` into the commit `base`; returns None if they conflict."""
    ours, theirs = repository.commits[base], repository.commits[head]
    known = {item.sha for item in hub.state.history(repository, head)}
    origin = next((item for item in hub.state.history(repository, base) if item.sha in known), None)
    start = origin.files if origin is not None else {}
    files: dict[str, str | None] = {}
    for path in {*ours.files, *theirs.files, *start}:
        old, mine, other = start.get(path), ours.files.get(path), theirs.files.get(path)
        if other in {old, mine}:
            continue
        if mine != old:
            return None
        files[path] = None if other is None else repository.blobs[other].content.decode()
    return commit(
        hub,
        NewCommit(
            repository=repository,
            message=message or f"Merge {head[:7]} into {base[:7]}",
            user=user,
            parents=(base, head),
            files=files,
        ),
    )
