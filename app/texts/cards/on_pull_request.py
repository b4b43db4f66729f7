"""What a pull request's comment says in addition to the card (pure)."""

from app.model.build import Build, BuildState
from app.texts.cards.lines import live_url
from app.texts.links import site_link

_SHOWN_OR_GONE = (BuildState.SUCCEEDED, BuildState.INACTIVE)


def link_meanwhile(build: Build) -> tuple[str, ...]:
    """A link to the site that is still live until this deployment succeeds (markup)."""
    url = live_url(build)
    if not url or build.live_before is None or build.state in _SHOWN_OR_GONE:
        return ()
    return (f"Until then: {site_link(url)}",)
