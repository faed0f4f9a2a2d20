"""Pages of models: the list, one model over time, one version with its evidence, its card."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gonogo.app.wiring import Installation
from gonogo.checks.experiments.learning import Point, of_points
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Role
from gonogo.interfaces.web.kit import plain
from gonogo.views import models as model_views
from gonogo.views import versions as version_views
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import done
from tests.fixtures.rooms import Written
from tests.fixtures.tracking import TREES, SimulatedTracking
from tests.fixtures.work import WorkAs
from tests.fixtures.world import POLICY, ROWS, World, evidence, measured
from tests.interfaces.web.conftest import Reader

ONE = "/models/caller/1"
GROUPS = [
    {"group": "f", "rows": 200, "n": 200, "selected": 100, "rate": 0.5, "low": 0.43, "high": 0.57},
    {
        "group": "<m>",
        "rows": 210,
        "n": 205,
        "selected": 164,
        "rate": 0.8,
        "low": 0.74,
        "high": 0.85,
    },
    {"group": "x", "rows": 3, "n": 3, "selected": 1, "left_out": "fewer than 30 rows"},
]
RATIO = evidence(
    "fairness.selection_rate_ratio",
    measured={**measured(0.62, 0.06), "unit": "ratio"},
    **{
        "with": {"group": "sex", "threshold": 0.5},
        "detail": {"groups": GROUPS, "lowest": "f", "highest": "<m>", "base": "all rows"},
    },
)
BINS = [
    {"lowest": 0.0, "highest": 0.5, "forecast": 0.3, "observed": 0.25, "yes": 25, "n": 100},
    {"lowest": 0.5, "highest": 1.0, "forecast": 0.7, "observed": 0.8, "yes": 80, "n": 100},
]
CARD = {"licence": "CC0-1.0", "factors": ["sex", "age"]}


@pytest.fixture
def installation(installation: Installation, tracking: SimulatedTracking) -> Installation:
    """The console sees the simulated tracking server too."""
    return replace(installation, tracking=tracking)


def booster() -> bytes:
    """A small model in LightGBM's own text, grown on the rows of the test's dataset."""
    import lightgbm

    grown = lightgbm.train(
        {"objective": "binary", "verbosity": -1, "min_data_in_leaf": 1, "min_data_in_bin": 1},
        lightgbm.Dataset(ROWS[["calls"]].astype(float), np.asarray(ROWS["left"])),
        num_boost_round=2,
    )
    return grown.model_to_string().encode()


def promote(world: World, number: str = "1") -> dict[str, Any]:
    """The version goes through both gates; the decision that made it champion."""
    subject = f"model:caller@{number}"
    about = {"subject": subject, "data": world.test}
    world.record(
        evidence(**about),
        evidence("engineering.model_card_completeness", **{**about, "measured": measured(0.9)}),
    )
    found: dict[str, Any] = {}
    for gate, roles in (
        ("validation", (Role.ML_ENGINEER, Role.RISK_OFFICER)),
        ("production", (Role.RISK_OFFICER,)),
    ):
        review = world.open(gate, subject)["id"]
        world.sign(review, *roles)
        asked = {"outcome": "go", "rationale": f"Version {number} holds <all> of {gate}"}
        answer = world.api.by(Role.MANAGER).post(f"/reviews/{review}/decision", json=asked)
        assert answer.is_success, answer.text
        found = answer.json()
    return found


class TestList:
    def test_an_empty_one_says_what_to_do_next(self, console: Reader) -> None:
        page = console(Role.VIEWER).page("/models")
        assert "No model is registered yet" in page
        assert "gonogo model register" in page

    def test_each_model_shows_its_newest_version_and_what_stands_in_its_way(
        self, console: Reader, world: World
    ) -> None:
        world.version("2")
        page = console(Role.VIEWER).page("/models")
        assert 'href="/models/caller"' in page
        assert 'href="/models/caller/2"' in page
        assert "2 versions" in page
        assert "No data" in page

    def test_its_twin_is_the_view(self, console: Reader, world: World, work_as: WorkAs) -> None:
        told = console(Role.VIEWER).json("/models")
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(model_views.models(work))
        assert told["rows"][0]["newest"]["version"] == "model:caller@1"  # type: ignore[index]  # as told

    def test_whoever_holds_no_role_is_refused(self, console: Reader, world: World) -> None:
        assert console().get("/models").status_code == 403


class TestModel:
    def test_it_lists_every_version_and_says_where_the_newest_stands(
        self, console: Reader, world: World, clock: FakeClock
    ) -> None:
        clock.advance(minutes=1)
        world.version("2")
        page = console(Role.VIEWER).page("/models/caller")
        assert page.index('href="/models/caller/2"') < page.index('href="/models/caller/1"')
        assert "No version decides in production yet" in page
        assert "gate validation" in page

    def test_what_was_champion_at_a_time_is_answered_with_its_decision(
        self, console: Reader, world: World, clock: FakeClock
    ) -> None:
        clock.advance(hours=1)
        promote(world)
        reader = console(Role.VIEWER)
        before = reader.page("/models/caller?at=2026-11-21T10:30")
        assert "nothing was champion" in before
        after = reader.page("/models/caller?at=2026-11-21T12:00")
        told = reader.json("/models/caller?at=2026-11-21T12:00")
        reign = told["asked"]["reign"]  # type: ignore[index]  # as told
        assert reign["number"] == "1"
        assert f'href="/ledger/{reign["decision"]}"' in after
        assert "Version 1 holds &lt;all&gt; of production" in after
        assert 'value="2026-11-21T12:00"' in after

    def test_another_champion_ends_the_reign_of_the_first(
        self, console: Reader, world: World, clock: FakeClock
    ) -> None:
        promote(world)
        clock.advance(days=1)
        world.version("2", data=world.train, evaluation=world.test)
        promote(world, "2")
        told = console(Role.VIEWER).json("/models/caller")
        reigns: Any = told["reigns"]
        assert [(one["number"], one["until"]) for one in reigns] == [
            ("2", None),
            ("1", reigns[0]["since"]),
        ]
        assert told["aliases"] == {"champion": "2"}

    def test_a_time_that_is_none_is_refused_by_its_field(
        self, console: Reader, world: World
    ) -> None:
        answer = console(Role.VIEWER).get("/models/caller?at=yesterday")
        assert answer.status_code == 422
        assert "yesterday" in answer.text
        assert ">at<" in answer.text

    def test_a_model_that_nobody_registered_is_not_found(self, console: Reader) -> None:
        assert console(Role.VIEWER).get("/models/nobodys").status_code == 404


class TestVersion:
    def test_it_says_where_it_stands_and_what_is_in_the_way(
        self, console: Reader, world: World
    ) -> None:
        page = console(Role.VIEWER).page(ONE)
        assert "0 of 2 conditions of the gate validation hold" in page
        assert "What would turn it to go" in page
        assert f'href="/reviews/{world.review}"' in page

    def test_what_holds_without_evidence_says_why(self, console: Reader, world: World) -> None:
        world.policy(POLICY.replace("at_least: 0.7}", "over_champion: 0.0}"))
        page = console(Role.VIEWER).page(ONE)
        assert "at least 0 over the champion: there is no champion yet to compare with" in page

    def test_a_measurement_is_drawn_against_what_is_asked(
        self, console: Reader, world: World
    ) -> None:
        (digest,) = world.record(evidence(data=world.test))
        page = console(Role.VIEWER).page(ONE)
        assert "95 % interval 0.78 to 0.82, n = 400; at least 0.7" in page
        assert f'href="/ledger/{digest}"' in page
        assert "reported" in page
        assert "DeLong" in page

    def test_what_the_server_measured_is_told_from_what_was_reported(
        self, console: Reader, world: World
    ) -> None:
        world.record(evidence(data=world.test))
        told = console(Role.VIEWER).json(ONE)
        areas: Any = told["areas"]
        (figure,) = next(one for one in areas if one["area"] == "performance")["figures"]
        assert figure["reproduced"] is False
        assert figure["judged"]["verdict"] == "go"
        assert figure["judged"]["asked"] == "at least 0.7"

    def test_each_group_has_its_counts_and_its_interval(
        self, console: Reader, world: World
    ) -> None:
        world.record({**RATIO, "data": world.test})
        page = console(Role.VIEWER).page(ONE)
        assert "By sex, all rows" in page
        assert "&lt;m&gt;" in page
        assert "<m>" not in page
        assert "164 of 205" in page
        assert "left out: fewer than 30 rows" in page

    def test_reliability_and_curves_are_drawn(self, console: Reader, world: World) -> None:
        curve = [[0.0, 0.0], [0.1, 0.7], [1.0, 1.0]]
        world.record(
            evidence(data=world.test, detail={"curve": curve}),
            evidence(
                "performance.calibration_error", data=world.test, detail={"reliability": BINS}
            ),
        )
        page = console(Role.VIEWER).page(ONE)
        assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="plot"') == 3
        assert "True-positive rate over False-positive rate: chance, curve</desc>" in page
        assert "Share observed over Mean forecast: agreement, observed</desc>" in page
        assert "<title>0.3: 0.25 [0.175, 0.343]; n = 100</title>" in page

    def test_every_plot_has_its_numbers_beside_it(self, console: Reader, world: World) -> None:
        world.record(
            evidence(
                "performance.calibration_error", data=world.test, detail={"reliability": BINS}
            ),
        )
        page = console(Role.VIEWER).page(ONE)
        assert '<summary class="small">The numbers</summary>' in page
        assert '<data value="0.175' in page

    def test_the_numbers_of_a_plot_are_closed_until_asked_for(
        self, console: Reader, world: World
    ) -> None:
        reasons = [{"words": "Many calls.", "given": 7, "first": 3}]
        world.record(
            evidence("explainability.reason_coverage", data=world.test, detail={"reasons": reasons})
        )
        page = console(Role.VIEWER).page(ONE)
        found = re.findall(r'<details id="numbers-[^>]*>', page)
        assert found
        assert not [one for one in found if "open" in one]

    def test_the_rates_of_groups_are_drawn_letter_by_letter(
        self, console: Reader, world: World
    ) -> None:
        world.record({**RATIO, "data": world.test})
        page = console(Role.VIEWER).page(ONE)
        assert "Selected by sex, all rows</title>" in page
        assert "<title>&lt;m&gt;: 0.8 [0.74, 0.85]; 164 of 205</title>" in page

    def test_detail_of_another_shape_is_left_out(self, console: Reader, world: World) -> None:
        """Clients fill the detail as they like; a page never breaks on it."""
        world.record(
            evidence(data=world.test, detail={"curve": "steep"}),
            evidence(
                "performance.calibration_error",
                data=world.test,
                detail={"reliability": [{"yes": 3}]},
            ),
            {**RATIO, "data": world.test, "detail": {"groups": [7]}},
        )
        told = console(Role.VIEWER).json(ONE)
        areas: Any = told["areas"]
        assert (told["groups"], [one["plots"] for one in areas]) == ([], [[]] * 10)

    def test_its_twin_is_the_view(self, console: Reader, world: World, work_as: WorkAs) -> None:
        world.record({**RATIO, "data": world.test})
        told = console(Role.DATA_SCIENTIST).json(ONE)
        with work_as(Role.DATA_SCIENTIST, write=False) as work:
            assert told == plain(version_views.version(work, "caller", "1"))

    @pytest.mark.parametrize(
        ("role", "offered"),
        [
            (Role.VIEWER, set[str]()),
            (Role.PRODUCT_MANAGER, {"/reviews"}),
            (Role.RISK_OFFICER, {"/reviews", "/models/caller/2/reproduce"}),
            (
                Role.DATA_SCIENTIST,
                {"/reviews", "/models/caller/2/reproduce", "/models/caller/2/verify"},
            ),
        ],
    )
    def test_only_what_the_reader_may_do_is_offered(
        self, console: Reader, world: World, role: Role, offered: set[str]
    ) -> None:
        world.version("2", data=world.train, evaluation=world.test)
        page = console(role).page("/models/caller/2")
        buttons = {"/reviews", "/models/caller/2/reproduce", "/models/caller/2/verify"}
        assert {to for to in buttons if f'action="{to}"' in page} == offered

    def test_nothing_on_it_needs_an_inline_script_or_style(
        self, console: Reader, world: World
    ) -> None:
        world.record({**RATIO, "data": world.test})
        answer = console(Role.ADMIN).get(ONE)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert " style=" not in answer.text
        assert "<script>" not in answer.text

    def test_a_version_that_nobody_registered_is_not_found(
        self, console: Reader, world: World
    ) -> None:
        assert console(Role.VIEWER).get("/models/caller/99").status_code == 404


class TestMoreData:
    @pytest.fixture
    def curve(self, world: World) -> dict[str, Any]:
        """Evidence of a curve that rises on, with a price, as a client records it."""
        points = [Point(n, 0.9 - 2 * n**-0.5, 0.95) for n in (50, 100, 200, 400, 800, 1600)]
        found = of_points(points, {"price": 1.0, "worth": 125000.0})
        return evidence(
            found.check,
            data=world.test,
            measured=measured_to_json(found.measured),
            detail=dict(found.detail),
            **{"with": dict(found.parameters)},
        )

    def test_it_answers_with_a_plot_and_what_a_purchase_brings(
        self, console: Reader, world: World, curve: dict[str, Any]
    ) -> None:
        (digest,) = world.record(curve)
        assert f'href="/more-data/{digest}"' in console(Role.VIEWER).page(ONE)
        page = console(Role.VIEWER).page(f"/more-data/{digest}")
        assert "<h1>Buy more data</h1>" in page
        assert "Stops paying at" in page
        assert "stops paying</text>" in page
        assert 'href="/models/caller/1"' in page

    def test_a_detail_of_another_shape_leaves_the_number(
        self, console: Reader, world: World, curve: dict[str, Any]
    ) -> None:
        (digest,) = world.record({**curve, "detail": {"lacks": "sleep"}})
        page = console(Role.VIEWER).page(f"/more-data/{digest}")
        assert "<h1>More data?</h1>" in page
        assert "holds no curve" in page

    def test_evidence_of_something_else_is_not_found(self, console: Reader, world: World) -> None:
        (digest,) = world.record(evidence(data=world.test))
        assert console(Role.VIEWER).get(f"/more-data/{digest}").status_code == 404

    def test_its_entry_in_the_ledger_draws_it_too(
        self, console: Reader, world: World, curve: dict[str, Any]
    ) -> None:
        (digest,) = world.record(curve)
        assert "Score by rows to train on</title>" in console(Role.VIEWER).page(f"/ledger/{digest}")


class TestReproduce:
    def test_the_server_measures_and_the_page_says_so(self, console: Reader, world: World) -> None:
        world.tracking.add_version("caller", "2", {"model.txt": booster()})
        world.version("2", data=world.train, evaluation=world.test)
        reader = console(Role.RISK_OFFICER)
        answer = reader.post("/models/caller/2/reproduce")
        assert answer.status_code == 303, answer.text
        page = reader.page(answer.headers["location"])
        assert "The server measured" in page
        assert ">reproduced<" in page
        told = reader.json("/models/caller/2")
        areas: Any = told["areas"]
        performance = next(one for one in areas if one["area"] == "performance")["figures"]
        assert performance
        assert all(one["reproduced"] for one in performance)

    def test_without_data_to_measure_on_it_is_refused(
        self, console: Reader, world: World, written: Written
    ) -> None:
        world.version("2")
        before = written()
        answer = console(Role.ML_ENGINEER)
        between = written()
        refused = answer.post("/models/caller/2/reproduce")
        assert refused.status_code == 422
        assert ">data<" in refused.text
        assert written() == between
        assert before["evidence_current"] == between["evidence_current"]

    def test_whoever_may_not_is_refused(self, console: Reader, world: World) -> None:
        assert console(Role.VIEWER).post(f"{ONE}/reproduce").status_code == 403

    def test_a_form_without_the_token_of_the_session_is_refused(
        self, console: Reader, world: World
    ) -> None:
        reader = console(Role.ML_ENGINEER)
        assert reader.http.post(f"{ONE}/reproduce", data={}).status_code == 403


class TestVerify:
    def test_files_that_are_what_was_sealed_are_said_to_be(
        self, console: Reader, world: World
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        answer = reader.post(f"{ONE}/verify")
        assert answer.status_code == 303, answer.text
        assert "1 file read again: each is what was sealed." in reader.page(
            answer.headers["location"]
        )

    def test_a_file_that_changed_is_named(self, console: Reader, world: World) -> None:
        world.tracking.contents["caller", "1"]["model.lgb"] = TREES + b"changed"
        answer = console(Role.DATA_SCIENTIST).post(f"{ONE}/verify")
        assert answer.status_code == 409
        assert "model.lgb" in answer.text
        assert "immutable" in answer.text

    def test_whoever_may_not_register_is_refused(self, console: Reader, world: World) -> None:
        assert console(Role.RISK_OFFICER).post(f"{ONE}/verify").status_code == 403

    def test_a_form_without_the_token_of_the_session_is_refused(
        self, console: Reader, world: World
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        assert reader.http.post(f"{ONE}/verify", data={}).status_code == 403


class TestCard:
    @pytest.fixture
    def entry(self, console: Reader, world: World) -> str:
        """The version has a card; what an edit of it begins from."""
        asked = {"card": CARD}
        put = world.api.by(Role.DATA_SCIENTIST).put("/models/caller/versions/1/card", json=asked)
        return str(done(put)["entry"])

    def test_what_is_missing_is_shown_with_what_it_asks(self, console: Reader, entry: str) -> None:
        page = console(Role.VIEWER).page(ONE)
        assert "For which decisions and users was it made?" in page
        assert "CC0-1.0" in page
        assert f'href="{ONE}/card"' not in page

    def test_reasons_and_allowed_changes_are_tables_that_open(
        self, console: Reader, world: World
    ) -> None:
        said = {
            "kind": "scorecard",
            "reasons": {"calls": {"high": "Many <calls>.", "missing": "Not known."}},
            "changes": {"calls": {"direction": "down", "minimum": 0}},
        }
        asked = {"card": {**CARD, **said}}
        done(world.api.by(Role.DATA_SCIENTIST).put("/models/caller/versions/1/card", json=asked))
        page = console(Role.VIEWER).page(ONE)
        assert "<dt>Reasons</dt>" in page
        assert "<dt>Allowed changes</dt>" in page
        assert "<dt>Kind</dt>" in page
        assert '<td data-label="High"><span>Many &lt;calls&gt;.</span></td>' in page
        assert '<td data-label="Direction"><span>down</span></td>' in page
        assert "<summary>1 column</summary>" in page
        assert "high: Many" not in page

    def test_it_is_written_and_what_was_not_touched_stays_as_it_was(
        self, console: Reader, world: World, entry: str
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        form = reader.page(f"{ONE}/card")
        assert f'value="{entry}"' in form
        assert "sex; age" in form
        filled = {
            "entry": entry,
            "licence": "CC0-1.0",
            "factors": "sex; age",
            "intended_use": "Whom to <call>\r\nfirst",
        }
        answer = reader.post(f"{ONE}/card", filled)
        assert answer.status_code == 303, answer.text
        told = done(world.api.by(Role.VIEWER).get("/models/caller/versions/1"))
        assert told["card"] == {**CARD, "intended_use": "Whom to <call>\nfirst"}
        assert "Whom to &lt;call&gt;" in reader.page(ONE)

    def test_the_same_again_writes_nothing(
        self, console: Reader, entry: str, written: Written
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        before = written()
        answer = reader.post(
            f"{ONE}/card", {"entry": entry, "licence": "CC0-1.0", "factors": "sex; age"}
        )
        assert "Nothing" in answer.headers["location"]
        assert written() == before

    def test_an_edit_of_what_is_no_longer_there_is_refused(
        self, console: Reader, entry: str, written: Written
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        before = written()
        answer = reader.post(f"{ONE}/card", {"entry": "0" * 64, "licence": "MIT"})
        assert answer.status_code == 409
        assert "entry" in answer.text
        assert written() == before

    def test_whoever_may_not_register_sees_no_form(self, console: Reader, entry: str) -> None:
        reader = console(Role.PRODUCT_MANAGER)
        assert reader.get(f"{ONE}/card").status_code == 403
        assert reader.post(f"{ONE}/card", {"entry": entry}).status_code == 403

    def test_a_form_without_the_token_of_the_session_is_refused(
        self, console: Reader, entry: str
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        assert reader.http.post(f"{ONE}/card", data={"entry": entry}).status_code == 403
