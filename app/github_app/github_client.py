"""GitHub as the rest of deploybot uses it: `app.ports.GitHub`."""

from app.github_app.api.batches import Batches
from app.github_app.api.changes import Changes
from app.github_app.api.checks import Checks
from app.github_app.api.comments import Comments
from app.github_app.api.comparisons import Comparisons
from app.github_app.api.deployments import Deployments
from app.github_app.api.files import Files
from app.github_app.api.own_app import OwnApp
from app.github_app.api.people import People
from app.github_app.api.reach import Reaches
from app.github_app.api.surveys import Surveys


class GitHubClient(
    Deployments,
    Checks,
    Comments,
    Comparisons,
    Changes,
    Surveys,
    Reaches,
    Files,
    People,
    Batches,
    OwnApp,
):
    """Every call to GitHub that deploybot makes; all share connections, tokens and limits."""
