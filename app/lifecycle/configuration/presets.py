"""Built-in configurations, which a repository's own file extends and overrides (pure)."""

from collections.abc import Mapping

from app.lifecycle.configuration.value_types import DEFAULT_BRANCH, NUMBER
from app.model import Json

GITHUB_FLOW: Mapping[str, Json] = {
    "environments": {
        f"pr{NUMBER}": {"deploy_on": {"pull_request": True}, "transient": True},
        "preview": {"deploy_on": {"push": (DEFAULT_BRANCH,)}},
        "test": {"deploy_on": {"push": ("release*",)}},
        "production": {"deploy_on": {"tag": ("v*", "[0-9]*")}},
        "staging": {"requires": ("test",)},
    }
}
"""An environment for each pull request, `preview` for the default branch, `test` for release
branches, `production` for version tags, and `staging` for what succeeded in `test`."""

PRESETS: Mapping[str, Mapping[str, Json]] = {"manual": {}, "github-flow": GITHUB_FLOW}


def over(preset: Json, own: Json) -> Json:
    """`preset` with `own` on top: mappings are merged key by key, anything else is replaced."""
    if not isinstance(preset, Mapping):
        return own
    if own is None:
        return preset
    if not isinstance(own, Mapping):
        return own
    laid = dict(preset)
    for key, value in own.items():
        laid[key] = over(preset[key], value) if key in preset else value
    return laid
