"""The page of incidents: what stands open, looking after one, resolving it."""

from gonogo.core.roles import Role
from gonogo.domain.incidents import actions
from gonogo.domain.incidents.actions import Told
from gonogo.domain.incidents.rules import What
from gonogo.interfaces.web.kit import plain
from gonogo.views import incidents as views
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World
from tests.interfaces.web.conftest import Reader

AT = "2026-11-21T10:30:00.000Z"


def troubled(work_as: WorkAs) -> None:
    """A use case whose model raised, and a log that was forgotten."""
    raised = What("churn", "champion", "caller@1", "raised")
    told = [
        Told(raised, "churn", "<b>ValueError", AT, 3, 7),
        Told(What("decision log", "", None, "ids-forgotten"), None, "disk", AT, 1, 0),
    ]
    with work_as(Role.ADMIN) as work:
        actions.take_in(work, told, name="gateway", mark={"first": "a", "offset": 1})


class TestIncidents:
    def test_from_production_to_the_end(
        self, console: Reader, world: World, work_as: WorkAs
    ) -> None:
        engineer = console(Role.ML_ENGINEER)
        assert "Nothing stands open" in engineer.page("/incidents")
        assert "None open" in engineer.page("/cases/churn")
        troubled(work_as)
        page = engineer.page("/incidents")
        assert "2 incidents are not resolved; nobody looks after any of them" in page
        assert "&lt;b&gt;ValueError" in page
        assert "2 incidents not resolved" in engineer.page("/production")
        assert "1 not resolved, the last 2026-11-21 10:30" in engineer.page("/cases/churn")
        only = engineer.page("/incidents?case=churn")
        assert "ids-forgotten" not in only
        assert "Look after it" not in console(Role.VIEWER).page("/incidents")

        engineer.post("/incidents/1/acknowledge", {"note": "out of <memory>"})
        assert "out of &lt;memory&gt;" in engineer.page("/incidents")
        answer = engineer.post("/incidents/1/resolve", {"reason": "", "evidence": ""})
        assert answer.status_code == 422
        assert "<details open" in answer.text
        engineer.post("/incidents/1/resolve", {"reason": "more memory", "evidence": "1"})
        page = engineer.page("/incidents")
        assert "more memory" in page.partition("<h2>Resolved</h2>")[2]
        told = console(Role.VIEWER).json("/incidents")
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.incidents(work))
