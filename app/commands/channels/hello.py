"""`hello`: asks the channel who of its people are the repository's collaborators on GitHub."""

from dataclasses import dataclass
from typing import ClassVar

from msgspec import structs

from app.commands.command import project_here
from app.commands.parsing.grammar import Typed, Usage
from app.errors import UserError
from app.lifecycle.requests.decision import Decision, Reply
from app.model.ask import Ask
from app.model.github.repository import Collaborator
from app.model.project import Asked, Project
from app.model.reasons.binding import NobodyToClaim
from app.ports import Bindings, GitHub
from app.texts.replies.channels.people import hello, nobody_visible


@dataclass(frozen=True, kw_only=True)
class Hello:
    """Shows the collaborators' logins that nobody in Slack has claimed yet."""

    name: ClassVar[str] = "hello"
    usage: ClassVar[Usage] = Usage("hello", "links people to their GitHub logins", arguments=0)

    bindings: Bindings
    github: GitHub

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Ask in the channel; if it was asked about the same logins before, ask only the person.

        Raises `UserError` if everybody is linked.
        """
        del typed
        project = await project_here(self.bindings, ask)
        unlinked, anybody = await unlinked_of(self.github, self.bindings, project)
        if not anybody:
            return Reply(answer=nobody_visible(project))
        if not unlinked:
            raise UserError(NobodyToClaim(repository=project.repository))
        asked = Asked(ask_id=ask.ask_id, logins=tuple(person.id for person in unlinked))
        before = project.asked or Asked(ask_id=ask.ask_id)
        again = before.ask_id != ask.ask_id and set(asked.logins) <= set(before.logins)
        if not again and asked != project.asked:
            await self.bindings.update_project(project, structs.replace(project, asked=asked))
        return Reply(answer=hello(project, unlinked, again=again))


async def unlinked_of(
    github: GitHub, bindings: Bindings, project: Project
) -> tuple[list[Collaborator], bool]:
    """The unclaimed collaborators, sorted by login, and whether GitHub lists any at all."""
    everyone = await github.collaborators(project.ref)
    linked = await bindings.users_of_github([person.id for person in everyone])
    unlinked = [person for person in everyone if person.id not in linked]
    return sorted(unlinked, key=lambda person: person.login.lower()), bool(everyone)
