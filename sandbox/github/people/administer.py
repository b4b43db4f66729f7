"""What administrators do with repositories, collaborators and the App's installations."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sandbox.github.auth import Gatekeeper
from sandbox.github.changes.committing import NewCommit, commit
from sandbox.github.changes.deploying import add_environment
from sandbox.github.hub import Hub
from sandbox.github.records import Installation, Repository

README = {"README.md": "A shop.\n", ".circleci/config.yml": "version: 2.1\n"}


class AdministrationActions:
    """Actions of administrators; `repo` is `owner/name`."""

    hub: Hub
    gate: Gatekeeper

    @contextmanager
    def unsubscribed(self) -> Iterator[None]:
        """Unsubscribe the App from all events for a while, so that it gets no webhooks."""
        before, self.hub.app.events = self.hub.app.events, []
        try:
            yield
        finally:
            self.hub.app.events = before

    def add_repository(
        self,
        full_name: str,
        files: Mapping[str, str | None] | None = None,
        collaborators: Mapping[str, str] | None = None,
        *,
        private: bool = True,
        installed: bool = True,
        default_branch: str = "main",
        environments: tuple[str, ...] = (),
    ) -> Repository:
        """Create a repository with one commit; `collaborators` maps logins to permissions."""
        state = self.hub.state
        owner_login, _, name = full_name.partition("/")
        owner = state.users.get(owner_login.lower()) or state.user(owner_login, kind="Organization")
        number, now = state.new_id(), state.now()
        repository = Repository(
            id=number,
            node_id=state.node_id("R", number),
            owner=owner,
            name=name,
            created_at=now,
            pushed_at=now,
            private=private,
            default_branch=default_branch,
            collaborators=dict(collaborators or {}),
        )
        state.repositories[number] = state.remember(repository)
        state.names[full_name.lower()] = number
        people = [state.user(login) for login in repository.collaborators]
        first = NewCommit(
            repository=repository,
            message="Initial commit",
            user=people[0] if people else None,
            files={**README, **(files or {})},
        )
        repository.branches[default_branch] = commit(self.hub, first).sha
        for environment in environments:
            add_environment(self.hub, repository, environment)
        if installed:
            self.install(full_name)
        return repository

    def install(self, repo: str, login: str = "octocat") -> Installation:
        """Install the App on a repository; the account's installation is made if there is none."""
        state = self.hub.state
        repository, sender = state.repository(repo), state.user(login)
        small = [self.hub.payloads.installed_repository(repository)]
        for installation in state.installations.values():
            if installation.account is repository.owner:
                if repository.id not in installation.repository_ids:
                    installation.repository_ids.append(repository.id)
                    self._repositories(installation, "added", small, login)
                return installation
        number, now = state.new_id(), state.now()
        made = Installation(
            id=number,
            node_id=state.node_id("IN", number),
            account=repository.owner,
            created_at=now,
            updated_at=now,
            permissions=dict(self.hub.app.permissions),
            repository_ids=[repository.id],
        )
        state.installations[number] = state.remember(made)
        extra = {"action": "created", "repositories": small, "requester": None}
        self.hub.emit_installation("installation", made, sender, extra)
        return made

    def uninstall(self, repo: str, login: str = "octocat") -> None:
        """Uninstall the App from the account that owns a repository; its tokens become invalid."""
        installation = self._installation(repo)
        ids = installation.repository_ids
        small = [
            self.hub.payloads.installed_repository(self.hub.state.repositories[number])
            for number in ids
        ]
        del self.hub.state.installations[installation.id]
        extra = {"action": "deleted", "repositories": small, "requester": None}
        sender = self.hub.state.user(login)
        self.hub.emit_installation("installation", installation, sender, extra)

    def remove_from_installation(self, repo: str, login: str = "octocat") -> None:
        """Remove one repository from the App's installation."""
        installation = self._installation(repo)
        repository = self.hub.state.repository(repo)
        installation.repository_ids.remove(repository.id)
        small = [self.hub.payloads.installed_repository(repository)]
        self._repositories(installation, "removed", small, login)

    def suspend(self, repo: str, login: str = "octocat") -> None:
        """Suspend the App's installation; every call is answered with 403."""
        installation, sender = self._installation(repo), self.hub.state.user(login)
        installation.suspended_at, installation.suspended_by = self.hub.state.now(), sender
        extra: dict[str, Any] = {"action": "suspend", "repositories": [], "requester": None}
        self.hub.emit_installation("installation", installation, sender, extra)

    def unsuspend(self, repo: str, login: str = "octocat") -> None:
        """End the suspension of the App's installation."""
        installation, sender = self._installation(repo), self.hub.state.user(login)
        installation.suspended_at = installation.suspended_by = None
        extra: dict[str, Any] = {"action": "unsuspend", "repositories": [], "requester": None}
        self.hub.emit_installation("installation", installation, sender, extra)

    def rename(self, repo: str, name: str, login: str = "octocat") -> Repository:
        """Rename a repository; its id stays, and the old name redirects."""
        repository = self.hub.state.repository(repo)
        before, repository.name = repository.name, name
        self.hub.state.names[repository.full_name.lower()] = repository.id
        changes = {"repository": {"name": {"from": before}}}
        self._repository(repository, "renamed", login, {"changes": changes})
        return repository

    def change_default_branch(self, repo: str, branch: str, login: str = "octocat") -> None:
        """Make another branch the default; this pushes nothing."""
        repository = self.hub.state.repository(repo)
        before, repository.default_branch = repository.default_branch, branch
        changes = {"default_branch": {"from": before}}
        self._repository(repository, "edited", login, {"changes": changes})

    def transfer(self, repo: str, owner: str, login: str = "octocat") -> Repository:
        """Transfer a repository to another account; it moves to that account's installation."""
        state = self.hub.state
        repository = state.repository(repo)
        before = repository.owner
        target = state.users.get(owner.lower()) or state.user(owner, kind="Organization")
        old = state.installation_of(repository)
        repository.owner = target
        state.names[repository.full_name.lower()] = repository.id
        if old is not None:
            old.repository_ids.remove(repository.id)
            self.install(repository.full_name, login)
        kind = "organization" if before.type == "Organization" else "user"
        payloads = self.hub.payloads
        old_owner = (
            payloads.organization(before) if kind == "organization" else payloads.user(before)
        )
        changes = {"owner": {"from": {kind: old_owner}}}
        self._repository(repository, "transferred", login, {"changes": changes})
        return repository

    def archive(self, repo: str, login: str = "octocat") -> Repository:
        """Archive a repository, which can then only be read."""
        repository = self.hub.state.repository(repo)
        repository.archived = True
        self._repository(repository, "archived", login, {})
        return repository

    def unarchive(self, repo: str, login: str = "octocat") -> Repository:
        """Make an archived repository writable again."""
        repository = self.hub.state.repository(repo)
        repository.archived = False
        self._repository(repository, "unarchived", login, {})
        return repository

    def set_team(self, team: str, *logins: str) -> None:
        """Set the members of a team (`org/slug`)."""
        org, _, slug = team.lower().partition("/")
        self.hub.state.teams[org, slug] = [self.hub.state.user(login) for login in logins]

    def set_collaborator(self, repo: str, login: str, permission: str | None) -> None:
        """Give somebody a permission in a repository; None removes them."""
        people = self.hub.state.repository(repo).collaborators
        people.pop(login, None)
        if permission is not None:
            people[self.hub.state.user(login).login] = permission

    def rename_person(self, login: str, new: str) -> None:
        """Change an account's login; its id stays, and the old login becomes free."""
        state = self.hub.state
        person = state.users.pop(login.lower())
        person.login = new
        state.users[new.lower()] = person
        for repository in state.repositories.values():
            if login in repository.collaborators:
                repository.collaborators[new] = repository.collaborators.pop(login)

    def expire_tokens(self) -> None:
        """Make every installation token that was handed out so far invalid."""
        for token in self.hub.state.tokens.values():
            if token.installation is not None:
                token.expires_at = self.hub.state.now()

    def person_token(self, login: str) -> str:
        """Make a personal access token, to call the API as that person."""
        return self.gate.person_token(self.hub.state.user(login)).value

    def _installation(self, repo: str) -> Installation:
        found = self.hub.state.installation_of(self.hub.state.repository(repo))
        if found is None:
            raise KeyError(repo)
        return found

    def _repository(
        self, repository: Repository, action: str, login: str, extra: dict[str, object]
    ) -> None:
        sender = self.hub.state.user(login)
        self.hub.emit("repository", repository, sender, {"action": action, **extra})

    def _repositories(
        self, installation: Installation, action: str, small: list[dict[str, object]], login: str
    ) -> None:
        payload = {
            "action": action,
            "repository_selection": "selected",
            "repositories_added": small if action == "added" else [],
            "repositories_removed": small if action == "removed" else [],
            "requester": None,
        }
        sender = self.hub.state.user(login)
        self.hub.emit_installation("installation_repositories", installation, sender, payload)
