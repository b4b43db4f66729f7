"""What the gates say of a deployment: every reason, not only the first."""

from msgspec import Struct

from app.model.reasons import Reason


class Verdict(Struct, frozen=True, kw_only=True):
    """`refusals` stop the deployment, `waits` delay it; with neither, the gates are open.

    `approved` are the keys of the build's approvals that count, in order.
    """

    refusals: tuple[Reason, ...] = ()
    waits: tuple[Reason, ...] = ()
    approved: tuple[str, ...] = ()

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(
            refusals=self.refusals + other.refusals,
            waits=self.waits + other.waits,
            approved=self.approved + other.approved,
        )

    @property
    def open(self) -> bool:
        """Whether nothing stops or delays the deployment."""
        return not self.refusals and not self.waits
