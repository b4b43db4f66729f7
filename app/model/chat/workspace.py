"""The workspace that one installation serves, and who in it somebody is."""

from collections.abc import Iterable

from msgspec import Struct


class Workspace(Struct, frozen=True, kw_only=True):
    """The one workspace; with `enterprise_id` all of that organization's are ours.

    https://docs.slack.dev/enterprise/
    """

    team_id: str
    enterprise_id: str = ""

    def is_meant(self, teams: Iterable[str]) -> bool:
        """Whether a request that names these teams (empty ones do not count) is its own."""
        return {team for team in teams if team} <= {self.team_id}

    def may_be_meant(self, teams: Iterable[str], enterprise_id: str) -> bool:
        """Whether it can be ours, as far as the request tells.

        A person from outside may act in a channel that an organization shares with others.
        """
        same = bool(self.enterprise_id) and enterprise_id == self.enterprise_id
        return same or self.is_meant(teams)


class Member(Struct, frozen=True, kw_only=True):
    """Somebody in a channel: of our workspace or organization, or not; a guest there, or not."""

    ours: bool
    guest: bool = False
