"""The page of an A/B test's result."""

from gonogo.core.errors import NotFound
from gonogo.domain.releases import tables
from gonogo.flows import testing, watching
from gonogo.interfaces.web.kit import Pages
from gonogo.store.work import Work
from gonogo.views import ab_results, releases

pages = Pages("ab_results")


@pages.get("/releases/{release}/result", template="release_result.html")
def show(work: Work, release: str) -> ab_results.AbResultPage:
    """What a test found, and what may be concluded from it now."""
    found = releases.of_id(work, release)
    _, state = tables.watch_of(work, found)
    looks = watching.looks(found, state)
    result = testing.shown(found, state, looks)
    if result is None or found.test is None:
        raise NotFound(field="release", value=release, expected="an A/B test with a plan")
    page = releases.release(work, found, watching.seen(found, state, work), looks)
    return ab_results.result(found, found.test, result, page)
