"""The console's way from a file of another tool to a plan that can be put into force."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.domain.plans.imports.samples import GITHUB, JIRA_CSV
from tests.fixtures.world import World
from tests.interfaces.api.test_case_plans import save
from tests.interfaces.web.conftest import Reader

HERE = "/cases/churn/plan"


@pytest.fixture(autouse=True)
def _there(world: World) -> None:
    """The use case `churn` is there."""


class TestImport:
    def test_shows_the_plan_that_a_file_is_and_saves_nothing(self, console: Reader) -> None:
        manager = console(Role.PRODUCT_MANAGER)
        assert f'href="{HERE}/import"' in manager.page(f"{HERE}/edit")
        assert f'action="{HERE}/import"' in manager.page(f"{HERE}/import")
        form = {"text": JIRA_CSV, "format": "auto", "days_missing": "2", "roles": "* = analyst"}

        answer = manager.post(f"{HERE}/import", {**form, "drop_outside": "yes"})

        assert answer.status_code == 200
        assert "pay-3:" in answer.text
        assert "Person" not in answer.text
        told: Any = manager.json(HERE)
        assert told["in_force"] == 0

    def test_keeps_the_rest_of_the_plan_in_force_where_asked(
        self, world: World, console: Reader
    ) -> None:
        save(world)
        form = {"text": "key,days\ntry,3\nlive,1\n", "format": "csv", "keep": "yes"}
        answer = console(Role.PRODUCT_MANAGER).post(f"{HERE}/import", form)
        assert "people: {data-scientist: 1}" in answer.text

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"text": JIRA_CSV, "format": "jira-csv"}, "days"),
            ({"text": GITHUB.replace("estimate: 3d", "estimate: soon")}, "labels (#14)"),
            ({"text": "key,days\na,-1", "format": "csv"}, "days (row 2)"),
            ({"text": "key,days\na,1", "roles": "somebody"}, "roles"),
        ],
    )
    def test_what_is_wrong_is_refused_by_row_and_kept(
        self, console: Reader, form: dict[str, str], field: str
    ) -> None:
        answer = console(Role.PRODUCT_MANAGER).post(f"{HERE}/import", {"format": "auto", **form})

        assert answer.status_code == 422
        assert f'<span class="mono">{field}</span>' in answer.text
        assert form["text"].splitlines()[0][:12].replace('"', "&#34;") in answer.text
