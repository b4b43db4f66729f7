"""A branch, tag, commit or pull request that was typed where the environment belongs."""

from app.lifecycle.planning.deploy_request import DeployRequest
from app.model.github.survey import Survey
from app.model.plan import RefKind, RepositoryRef
from app.model.reasons.typed import EnvironmentIsRef, EnvironmentUnknown
from app.ports import GitHub


async def ref_instead(
    github: GitHub,
    ref: RepositoryRef,
    request: DeployRequest,
    unknown: EnvironmentUnknown,
    survey: Survey,
) -> EnvironmentUnknown | EnvironmentIsRef:
    """The refusal of an unknown environment, which says so if its name is that of a ref.

    Costs a call, unless it is the default branch.
    """
    name, kind = request.environment.strip(), RefKind.BRANCH
    if name != survey.repository.default_branch:
        found = await github.survey(ref, environment=None, target=name)
        if not found.refs:
            return unknown
        kind = found.refs[0].kind
    swapped = (request.ref,) if request.ref in unknown.known else ()
    return EnvironmentIsRef(ref=name, kind=kind.value, known=swapped or unknown.known)
