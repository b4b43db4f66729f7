"""GitHub as the rest of deploybot uses it: `app.ports.GitHub`."""

from app.github_app.api.deployments.batches import Batches
from app.github_app.api.deployments.single import Deployments
from app.github_app.api.own_app import OwnApp
from app.github_app.api.people import People
from app.github_app.api.repository.changes import Changes
from app.github_app.api.repository.checks import Checks
from app.github_app.api.repository.comments import Comments
from app.github_app.api.repository.comparisons import Comparisons
from app.github_app.api.repository.files import Files
from app.github_app.api.repository.reachability import Reachability
from app.github_app.api.repository.refs import Refs
from app.github_app.api.survey.surveys import Surveys


class GitHubClient(
    Deployments,
    Checks,
    Comments,
    Comparisons,
    Changes,
    Surveys,
    Reachability,
    Refs,
    Files,
    People,
    Batches,
    OwnApp,
):
    """Every call to GitHub that deploybot makes.

    Each base class has the calls on one subject. All of them inherit `Access`, so that they share
    its connections, tokens and limits.
    """
