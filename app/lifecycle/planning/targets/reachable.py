"""Whether a commit that was given by its SHA is the repository's own.

GitHub also finds the commits of a repository's forks by their SHA. Without this check, anybody who
can fork the repository could have their commit deployed.
"""

from collections.abc import Sequence

from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.planning.targets.environments import Environment, environment_meant
from app.lifecycle.planning.targets.refs import Aim
from app.model.github.refs import ResolvedRef
from app.model.github.states import GitHubState, state_of
from app.model.github.survey import Survey
from app.model.plan import RefKind
from app.ports import GitHub

_OWN = frozenset({RefKind.BRANCH, RefKind.TAG})


def tips(refs: Sequence[ResolvedRef]) -> tuple[str, ...]:
    """The commits to which branches and tags of the repository point."""
    return tuple(ref.sha for ref in refs if ref.kind in _OWN)


async def is_reached(
    github: GitHub,
    survey: Survey,
    config: RepoConfig,
    environment: Environment,
    aim: Aim,
    named: Sequence[str],
) -> bool:
    """Whether something in the repository itself leads to the commit; `named` are its `tips`.

    If the survey shows that, it costs no call; otherwise GitHub is asked. A success in an
    environment that allows forks proves nothing.
    """
    sha = aim.resolved.sha
    if aim.resolved.kind is not RefKind.SHA or aim.resolved.in_repository:
        return True
    lately = (one for one in survey.deployments if one.sha == sha)
    succeeded = [one for one in lately if state_of(one.status) == GitHubState.SUCCESS]
    if any(_of_ours(one.environment, config) for one in succeeded):
        return True
    bases = (*named, survey.repository.default_branch, *_default_of(environment, config))
    found = await github.reach_of(survey.repository.ref, sha, tuple(dict.fromkeys(bases)))
    return found.by_ref or any(_of_ours(name, config) for name in found.succeeded_in)


def _default_of(environment: Environment, config: RepoConfig) -> tuple[str, ...]:
    """The environment's default ref, if that is just the name of a branch or tag."""
    ref = environment.default_ref(config)
    if ref is None or ref.startswith(("pull/", "refs/pull/")) or ":" in ref or ".." in ref:
        return ()
    return (ref,)


def _of_ours(name: str, config: RepoConfig) -> bool:
    """Whether an environment takes commits of this repository only."""
    return not environment_meant(name, config).rules.forks
