"""Which collaborators of a repository nobody in Slack has claimed yet."""

from app.model.github.repository import Collaborator
from app.model.project import Project
from app.ports import Bindings, GitHub


async def unlinked_of(
    github: GitHub, bindings: Bindings, project: Project
) -> tuple[list[Collaborator], bool]:
    """The unclaimed collaborators, sorted by login, and whether GitHub lists any at all."""
    everyone = await github.collaborators(project.ref)
    linked = await bindings.users_of_github([person.id for person in everyone])
    unlinked = [person for person in everyone if person.id not in linked]
    return sorted(unlinked, key=lambda person: person.login.lower()), bool(everyone)
