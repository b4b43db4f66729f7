"""Differences between two versions of a configuration, for a pull request that changes it."""

from msgspec import Struct

from app.model import Json
from app.model.triggers import SourceKind


class EnvironmentChange(Struct, frozen=True, kw_only=True):
    """An environment is added to the file or, if `gone`, removed from it."""

    environment: str
    gone: bool = False


class TriggerChange(Struct, frozen=True, kw_only=True):
    """An event starts to deploy to an environment or, if `gone`, stops to.

    `pattern` is a glob of branches or tags; `paths` are globs of files, of which a push must change
    one (empty: any file).
    """

    environment: str
    event: SourceKind
    pattern: str = ""
    paths: tuple[str, ...] = ()
    gone: bool = False


class KeyChange(Struct, frozen=True, kw_only=True):
    """A key gets another value (JSON, as in the file); without `environment`, at the top level."""

    key: str
    before: Json
    after: Json
    environment: str = ""


ConfigChange = EnvironmentChange | TriggerChange | KeyChange
