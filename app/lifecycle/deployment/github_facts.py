"""What GitHub says of a deployment, as our record keeps it (pure)."""

from msgspec import structs

from app.model.build import Build
from app.model.build_parts import PostedStatus
from app.model.github.deployment import Deployment, StatusSummary
from app.model.github.payloads import kept_payload


def with_facts(b: Build, d: Deployment) -> Build:
    """The build with what GitHub says of its deployment."""
    return structs.replace(
        b,
        sha=d.sha,
        ref=d.ref,
        environment=d.environment,
        task=d.task,
        created_at=d.created_at,
        creator=d.creator,
        creator_id=d.creator_id,
        creator_type=d.creator_type,
        app_slug=d.app_slug,
        payload=kept_payload(d.payload),
        transient=d.transient,
        production=d.production,
    )


def status_shown(status: StatusSummary | None) -> PostedStatus | None:
    """The status that GitHub shows, whoever posted it."""
    if status is None:
        return None
    return PostedStatus(
        state=status.state,
        description=status.description,
        log_url=status.log_url,
        environment_url=status.environment_url,
        at=status.created_at,
        id=status.id,
    )
