"""Hints for `setup` about the CI's own configuration file in the repository."""

from dataclasses import dataclass

from app.errors import ProviderError
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.planning.pipelines.parameters import every_parameter
from app.model.plan import Run
from app.model.project import Project
from app.ports import CI, GitHub
from app.texts.replies.project_file import file_hints


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    """Reads the CI's file from the default branch, and says what deployments need it to have."""

    github: GitHub
    ci: CI

    async def hints(self, project: Project, config: RepoConfig, slug: str) -> list[str]:
        """Hints (markup) for the CI's project `slug`; none if the file cannot be read."""
        run = Run(
            project=slug,
            definition=config.ci.definition_id,
            workflow=config.ci.workflow,
            parameters=every_parameter(config),
        )
        path = self.ci.project_file(run, project.repository)
        if path is None:
            return []
        try:
            text = await self.github.file(project.ref, path)
        except ProviderError:
            return []
        return file_hints(self.ci.file_gaps(text, run), path)
