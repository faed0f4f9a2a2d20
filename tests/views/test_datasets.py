"""Pages of datasets: what they find, on both databases, and by how many questions."""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.store.work import Work
from gonogo.views import datasets
from gonogo.views.datasets import DatasetVersionPage
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import ABOUT, ROWS, World, measured
from tests.views.test_queries import counted


def derived(world: World, name: str, rows: pd.DataFrame, **more: Any) -> str:
    """A version made from the training data; its address."""
    about = ABOUT | {"parents": [world.train], "transformation": "cleaned"} | more
    answer = world.api.by(Role.DATA_SCIENTIST).post(
        f"/datasets/{name}/versions",
        data={"about": json.dumps(about)},
        files={"file": ("rows.csv", rows.to_csv(index=False).encode(), "text/csv")},
    )
    return str(done(answer, 201)["subject"])


def page_of(work: Work, subject: str) -> DatasetVersionPage:
    found = Subject.parse(subject)
    return datasets.version(work, found.name, str(found.version))


class TestVersion:
    def test_lineage_is_found_both_ways(self, world: World, work_as: WorkAs) -> None:
        child = derived(world, "clean", ROWS.head(4))
        mentioned = derived(
            world, "other", ROWS.head(3), parents=[world.test], transformation=world.train
        )
        with work_as(Role.VIEWER, write=False) as work:
            parent, made, other = (page_of(work, one) for one in (world.train, child, mentioned))
        assert [one.subject for one in parent.children] == [child]
        assert [one.subject for one in made.parents] == [world.train]
        assert [one.subject for one in other.parents] == [world.test]
        assert (made.children, parent.parents) == ((), ())

    def test_a_client_may_tell_details_in_a_form_of_its_own(
        self, world: World, work_as: WorkAs
    ) -> None:
        """What cannot be read as counts by column is left out."""
        for columns in ("none", [1, {"column": "calls", "missing": "two"}], {"calls": 1}):
            world.record(
                {
                    "subject": world.train,
                    "check": "data.missing_share",
                    "measured": measured(0.5),
                    "detail": {"columns": columns},
                }
            )
            with work_as(Role.VIEWER, write=False) as work:
                page = page_of(work, world.train)
            assert {one.missing for one in page.columns} == {None}
            assert page.missing_evidence is not None

    def test_codes_are_shown_as_they_stand_in_the_file(self, world: World, work_as: WorkAs) -> None:
        said = {"calls": {"missing_codes": [666.0, 0.5, "none"]}}
        made = derived(world, "coded", ROWS, overrides=said)
        with work_as(Role.VIEWER, write=False) as work:
            assert page_of(work, made).columns[0].missing_codes == ("666", "0.5", "none")


class TestFixedNumber:
    def test_of_questions(self, world: World, work_as: WorkAs, engine: Engine) -> None:
        """One dataset or many, with more children, models and evidence."""
        name = Subject.parse(world.train).name
        views: dict[str, Callable[[Work], object]] = {
            "list": datasets.listed,
            "dataset": lambda work: datasets.dataset(work, name),
            "version": lambda work: page_of(work, world.train),
        }

        def questions() -> dict[str, int]:
            found: dict[str, int] = {}
            for view, asks in views.items():
                with work_as(Role.VIEWER, write=False) as work, counted(engine) as asked:
                    asks(work)
                found[view] = len(asked)
            return found

        before = questions()
        for number in range(3):
            derived(world, f"more-{number}", ROWS.head(2 + number))
            world.version(str(number + 2), data=world.train, evaluation=world.test)
            world.hypothesis(slug=f"more-{number}", dataset=world.train)
            found = {"subject": world.train, "check": "data.missing_share"}
            world.record({**found, "measured": measured(0.5), "with": {"column": str(number)}})
        after = questions()
        # Of nothing no names are asked.
        assert after["list"] == before["list"] <= 3
        assert after["dataset"] == before["dataset"] <= 2
        assert before["version"] <= after["version"] <= 19
