"""What every part of the stand-in works with: its state, the webhooks and the listeners."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.github.payloads.accounts import Payloads
from sandbox.github.records import AppRecord, Installation, Repository, User
from sandbox.github.state import State
from sandbox.github.webhooks import Webhooks

Listener = Callable[[str, dict[str, Any]], None]


@dataclass(kw_only=True)
class Hub:
    """The state, the webhooks and the listeners; `address` returns the API's address."""

    state: State
    webhooks: Webhooks
    app: AppRecord
    address: Callable[[], str]
    on_change: list[Listener] = field(default_factory=list)

    @property
    def payloads(self) -> Payloads:
        """What renders records as JSON, with the API's present address."""
        return Payloads(self.address())

    def emit(
        self, event: str, repository: Repository, sender: User, payload: dict[str, Any]
    ) -> None:
        """Tell the listeners and the App of an event in a repository.

        The App gets events only where it is installed, and only those it has subscribed to.
        https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/using-webhooks-with-github-apps
        """
        owner = repository.owner
        whole = {
            **payload,
            "repository": self.payloads.repository(repository),
            "sender": self.payloads.user(sender),
        }
        if event == "push":
            whole["repository"] |= self.payloads.pushed_repository(repository)
        if owner.type == "Organization":
            whole["organization"] = self.payloads.organization(owner)
        self.announce(event, whole)
        installation = self.state.installation_of(repository)
        if event not in self.app.events:
            return
        if installation is not None and installation.suspended_at is None:
            self.webhooks.emit(event, whole, installation=installation, repository=repository)

    def emit_installation(
        self, event: str, installation: Installation, sender: User, payload: dict[str, Any]
    ) -> None:
        """Tell the listeners and the App of an event about an installation."""
        whole = {
            **payload,
            "installation": self.payloads.installation(installation, self.app),
            "sender": self.payloads.user(sender),
        }
        self.announce(event, whole)
        self.webhooks.emit(event, whole, installation=installation)

    def announce(self, kind: str, data: dict[str, Any]) -> None:
        """Tell the listeners of an event; its kind is `github.` and the event's name."""
        for listener in self.on_change:
            listener(f"github.{kind}", data)
