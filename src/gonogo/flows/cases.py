"""Use cases where they touch the policies that their gates are polled under."""

from gonogo.core.errors import Invalid
from gonogo.domain.cases import actions
from gonogo.domain.cases.rules import Case, CaseText
from gonogo.domain.policies import reads as policies
from gonogo.store.work import Work


def create(work: Work, slug: str, text: CaseText) -> Case:
    """A new use case; raises as `domain.cases.actions.create`, and `Invalid` for no policy."""
    _check_policy(work, text.policy)
    return actions.create(work, slug, text)


def edit(work: Work, slug: str, text: CaseText) -> Case:
    """Say something else of a use case; raises as `create`, and `NotFound`."""
    _check_policy(work, text.policy)
    return actions.edit(work, slug, text)


def _check_policy(work: Work, name: str) -> None:
    known = policies.names(work)
    if name not in known:
        raise Invalid(
            field="policy", value=name, expected=f"a published policy: {', '.join(known)}"
        )
