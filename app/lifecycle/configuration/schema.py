"""The published JSON Schema of `.github/deploybot.yml`.

To generate it: `python -m app.lifecycle.configuration.schema > docs/deploybot.schema.json`
"""

import json
import sys

from app.lifecycle.configuration.model import RepoConfig
from app.model import Json

TITLE = "deploybot"


def schema() -> dict[str, Json]:
    """The schema (draft 2020-12), for editors; `check-config` finds more problems than it does."""
    generated = RepoConfig.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_without_titles(generated),
        "title": TITLE,
    }


def schema_text() -> str:
    """The schema as the text of the published file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _without_titles(value: Json) -> Json:
    """The schema without the titles that pydantic adds, which editors show as descriptions."""
    if isinstance(value, dict):
        return {
            key: _without_titles(inner)
            for key, inner in value.items()
            if key != "title" or not isinstance(inner, str)
        }
    if isinstance(value, list):
        return [_without_titles(inner) for inner in value]
    return value


if __name__ == "__main__":
    sys.stdout.write(schema_text())
