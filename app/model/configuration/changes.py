"""What another configuration would change, one thing each."""

from msgspec import Struct

from app.model.build import Json
from app.model.triggers import SourceKind


class EnvironmentChange(Struct, frozen=True, kw_only=True):
    """An environment would be named by the file, or (`gone`) would not be any more."""

    environment: str
    gone: bool = False


class TriggerChange(Struct, frozen=True, kw_only=True):
    """An event would deploy to an environment, or (`gone`) would not any more.

    `pattern` are the branches or tags, `paths` the files that a push must change (empty: any).
    """

    environment: str
    event: SourceKind
    pattern: str = ""
    paths: tuple[str, ...] = ()
    gone: bool = False


class KeyChange(Struct, frozen=True, kw_only=True):
    """A key would have another value; JSON, as the file has it. Without `environment`: for all."""

    key: str
    before: Json
    after: Json
    environment: str = ""


ConfigChange = EnvironmentChange | TriggerChange | KeyChange
