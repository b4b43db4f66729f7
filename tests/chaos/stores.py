"""The store of a run: a SQLite file, or Amazon's DynamoDB Local with tables of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.dynamodb import AMAZONS, dynamodb_server


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the records are: `STORE_URL`, and what else the service's environment needs."""

    url: str
    environ: dict[str, str] = field(default_factory=dict)


@contextmanager
def store_place(engine: str, folder: Path) -> Iterator[Place]:
    """The place for one run of `engine` (sqlite or dynamodb)."""
    if engine == "sqlite":
        yield Place(url=f"sqlite:///{folder / 'deploybot.db'}")
        return
    if not AMAZONS:
        raise SystemExit("STORE=dynamodb needs Java and npm's modules (NPM_MODULES)")
    with dynamodb_server(folder, heap="1g") as url:
        yield Place(
            url="dynamodb://eu-central-1/chaos-",
            environ={
                "AWS_ENDPOINT_URL_DYNAMODB": url,
                "AWS_ACCESS_KEY_ID": "chaos",
                "AWS_SECRET_ACCESS_KEY": "chaos",
            },
        )
