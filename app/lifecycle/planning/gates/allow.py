"""The gate that lets only listed people deploy to an environment (pure)."""

from collections.abc import Sequence

from app.lifecycle.planning.gates.question import Asker, Question, Verdict
from app.model.reasons import Reason
from app.model.reasons.people import Doing, IdentityUnproven, NotAllowed


def allow(question: Question) -> Verdict:
    """Refuses whoever isn't on the list, however they ask; `force` doesn't skip this."""
    listed, name = question.rules.allow, question.environment.name
    return Verdict(refusals=barred(question.asker, listed, environment=name, doing="deploy"))


def barred(
    asker: Asker,
    listed: Sequence[str],
    *,
    environment: str,
    doing: Doing,
) -> tuple[Reason, ...]:
    """Why a person may not do what `listed` people may; an empty list allows everybody."""
    if not listed or (asker.login and not asker.means.isdisjoint(listed)):
        return ()
    names = tuple(listed)
    if not asker.login:
        return (
            IdentityUnproven(
                environment=environment, listed=names, doing=doing, provable=asker.provable
            ),
        )
    return (
        NotAllowed(
            environment=environment,
            listed=names,
            login=asker.login,
            doing=doing,
            revoked=not asker.revoked.isdisjoint(listed),
            nobody=tuple(one for one in names if one in asker.nobody),
            withheld=tuple(one for one in names if one in asker.withheld),
        ),
    )
