"""Deciding which use cases to do: the choice is found anew and rests on what is kept of each."""

from collections.abc import Callable, Collection, Mapping

from gonogo.core.caller import Caller
from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict
from gonogo.core.roles import Action
from gonogo.domain.portfolio import decided
from gonogo.domain.portfolio.answering import WAITED_FOR
from gonogo.domain.portfolio.decided import Chosen
from gonogo.domain.portfolio.rules import Answer, Asked, best
from gonogo.domain.value import reads
from gonogo.flows import worth
from gonogo.flows.value import Known, all_known, candidates, rests_on
from gonogo.store.work import OpenWork, Work


def decide(
    open_work: OpenWork,
    caller: Caller,
    asked: Asked,
    limits: Mapping[str, Json],
    reason: str,
    only: Collection[str] | None = None,
    made: Callable[[list[Known]], Answer | None] = lambda _: None,
) -> Chosen:
    """Choose under these limits and decide to do so; nobody waits while it is chosen.

    `limits`: what was asked, as it travels; `only`: the use cases to choose from; `made`: the
    choice that was made already by what is known, where there is one. Raises as
    `domain.portfolio.rules.best` and `decided.decide`, and `Conflict` where what is known of their
    worth changed meanwhile.
    """
    with open_work(caller) as work:  # to write, so that a refusal is kept
        work.allow(Action.PORTFOLIO_DECIDE)
        found = all_known(work, only)
    decided.check_reason(reason)
    currency, options, _ = candidates(found)
    answer = made(found) or best(options, asked, WAITED_FOR.best)[1]
    with open_work(caller) as work:
        now = all_known(work, only)
        if _known(now) != _known(found):
            raise Conflict(
                field="portfolio",
                value="another worth of a use case than a moment ago",
                expected="a choice from what is known now: choose again",
            )
        return decided.decide(work, currency, options, answer, _worths(work, now), limits, reason)


def _known(found: Collection[Known]) -> list[tuple[str, ...]]:
    return [(one[0].case, *rests_on(one)) for one in found]


def _worths(work: Work, found: list[Known]) -> dict[str, str]:
    """The digest of the kept worth of each; what is not kept yet is kept now."""
    new = worth.keep(work, found)
    kept = reads.kept_worths(work, [one[0].case for one in found])
    return {case: cited.digest for case, cited in kept.items()} | new
