"""The Slack workspace that deploybot serves, and its members."""

from collections.abc import Iterable

from msgspec import Struct


class Workspace(Struct, frozen=True, kw_only=True):
    """The workspace we serve; with an `enterprise_id`, every workspace of that organization.

    https://docs.slack.dev/enterprise/
    """

    team_id: str
    enterprise_id: str = ""

    def matches(self, teams: Iterable[str]) -> bool:
        """Whether every team that a request names is this workspace; empty ids do not count."""
        return {team for team in teams if team} <= {self.team_id}

    def may_match(self, teams: Iterable[str], enterprise_id: str) -> bool:
        """Whether a request with these ids may belong to this workspace or its organization.

        It need not: in a channel shared with another organization, outsiders send requests too.
        """
        same = bool(self.enterprise_id) and enterprise_id == self.enterprise_id
        return same or self.matches(teams)


class Member(Struct, frozen=True, kw_only=True):
    """Somebody in a channel; `ours`: a member of our workspace or organization, not an outsider."""

    ours: bool
    guest: bool = False
