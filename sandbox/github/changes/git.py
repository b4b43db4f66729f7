"""Computes object ids as git does, so that the stand-in's SHAs are real ones."""

import hashlib
from collections.abc import Mapping


def blob_sha(content: bytes) -> str:
    """The id of a file's content."""
    return _object_sha("blob", content)


def tree_sha(files: Mapping[str, str]) -> str:
    """The id of a directory; `files` maps paths to blob ids."""
    entries: dict[str, str] = {}
    folders: dict[str, dict[str, str]] = {}
    for path, sha in files.items():
        first, _, rest = path.partition("/")
        if rest:
            folders.setdefault(first, {})[rest] = sha
        else:
            entries[first] = sha
    rows = [(name, f"100644 {name}", sha) for name, sha in entries.items()]
    rows += [(f"{name}/", f"40000 {name}", tree_sha(inner)) for name, inner in folders.items()]
    body = b"".join(head.encode() + b"\0" + bytes.fromhex(sha) for _, head, sha in sorted(rows))
    return _object_sha("tree", body)


def commit_sha(
    *, tree: str, parents: tuple[str, ...], name: str, email: str, at: float, message: str
) -> str:
    """The id of a commit; author and committer are the same person."""
    who = f"{name} <{email}> {int(at)} +0000"
    lines = [f"tree {tree}", *(f"parent {sha}" for sha in parents)]
    lines += [f"author {who}", f"committer {who}", "", message]
    return _object_sha("commit", ("\n".join(lines) + "\n").encode())


def tag_sha(*, commit: str, tag: str, name: str, email: str, at: float, message: str) -> str:
    """The id of an annotated tag's own object."""
    lines = [f"object {commit}", "type commit", f"tag {tag}"]
    lines += [f"tagger {name} <{email}> {int(at)} +0000", "", message]
    return _object_sha("tag", ("\n".join(lines) + "\n").encode())


def _object_sha(kind: str, body: bytes) -> str:
    header = f"{kind} {len(body)}".encode() + b"\0"
    return hashlib.sha1(header + body).hexdigest()  # noqa: S324 - git's own object id
