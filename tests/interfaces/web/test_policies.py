"""Pages of policies: in words and as text, checked and published in the browser."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.domain.policies import reads
from gonogo.interfaces.web.kit import plain
from gonogo.views import policies as views
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs
from tests.interfaces.web.conftest import Reader

TEXT = """policy: house
extends: baseline
description: Rules of <the> house
gates:
  validation:
    conditions:
      - check: performance.roc_auc
        at_least: 0.6
        max_age: 30d
        reproduced: true
"""
SENT = TEXT.replace("\n", "\r\n")
"""As a browser sends it."""


class TestList:
    def test_the_packs_are_there_from_the_start(self, console: Reader) -> None:
        page = console(Role.VIEWER).page("/policies")
        assert 'href="/policies/lending-high-risk"' in page
        assert "4 policies are in force; use cases are decided under 0 of them." in page

    def test_the_use_cases_under_each_are_counted(self, console: Reader, case: str) -> None:
        told = console(Role.VIEWER).json("/policies")
        rows: Any = told["rows"]
        assert {row["name"]: row["cases"] for row in rows}["baseline"] == 1

    def test_its_twin_is_the_view(self, console: Reader, work_as: WorkAs) -> None:
        told = console(Role.RISK_OFFICER).json("/policies")
        with work_as(Role.RISK_OFFICER, write=False) as work:
            assert told == plain(views.listed(work))

    @pytest.mark.parametrize(
        ("role", "offered"),
        [(Role.VIEWER, "Check a policy"), (Role.RISK_OFFICER, "Write a policy")],
    )
    def test_what_the_reader_may_do_is_offered(
        self, console: Reader, role: Role, offered: str
    ) -> None:
        assert offered in console(role).page("/policies")


class TestPolicy:
    def test_each_condition_reads_in_words_with_everything_below(self, console: Reader) -> None:
        page = console(Role.VIEWER).page("/policies/lending-high-risk")
        assert "Selection-rate ratio (group race)" in page
        assert "reproduced by the server" in page
        assert "at most 30 days old" in page
        assert "at least 0 over the champion" in page

    def test_what_comes_from_below_is_told_from_what_it_says_itself(self, console: Reader) -> None:
        told = console(Role.VIEWER).json("/policies/lending-high-risk")
        gates: Any = told["gates"]
        below = {one["check"]: one["below"] for one in gates[1]["conditions"]}
        assert below["fairness.selection_rate_ratio"] is False
        assert below["engineering.model_card_completeness"] is True

    def test_the_text_is_there_as_it_was_published(self, console: Reader) -> None:
        reader = console(Role.RISK_OFFICER)
        assert reader.post("/policies", {"text": SENT}).status_code == 303
        assert reader.json("/policies/house")["text"] == TEXT
        page = reader.page("/policies/house")
        assert "description: Rules of &lt;the&gt; house" in page
        assert "<the>" not in page

    def test_a_wording_that_is_no_longer_in_force_says_so(self, console: Reader) -> None:
        reader = console(Role.RISK_OFFICER)
        reader.post("/policies", {"text": SENT})
        first = reader.json("/policies/house")["digest"]
        reader.post("/policies", {"text": SENT.replace("0.6", "0.7")})
        page = reader.page(f"/policies/house/{first}")
        assert "No longer in force: publication 2 took its place." in page
        assert "at least 0.6" in page
        assert f'href="/policies/house/{first}"' in reader.page("/policies/house")

    def test_its_twin_is_the_view(self, console: Reader, work_as: WorkAs, case: str) -> None:
        told = console(Role.VIEWER).json("/policies/baseline")
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.policy(work, "baseline"))
        assert told["cases"] == [{"slug": "churn", "title": "Churn"}]

    @pytest.mark.parametrize("path", ["nobodys", "baseline/000000000000", "baseline/%00", "A%20B"])
    def test_what_nobody_published_is_not_found(self, console: Reader, path: str) -> None:
        assert console(Role.VIEWER).get(f"/policies/{path}").status_code == 404


class TestCheck:
    def test_a_right_text_shows_how_it_would_read_and_publishes_nothing(
        self, console: Reader, written: Written
    ) -> None:
        reader = console(Role.RISK_OFFICER)
        before = written()
        answer = reader.post("/policies/check", {"text": SENT})
        assert answer.status_code == 200
        assert "This text is right." in answer.text
        assert "be the first version of house" in answer.text
        assert "Publish</button>" in answer.text
        assert written() == before

    def test_what_would_change_is_said_before_it_is_published(self, console: Reader) -> None:
        reader = console(Role.RISK_OFFICER)
        reader.post("/policies", {"text": SENT})
        answer = reader.post("/policies/check", {"text": SENT.replace("0.6", "0.65")})
        assert "take the place of version 1 of house" in answer.text
        assert "ROC AUC at least 0.6, reproduced, at most 30 days old" in answer.text
        assert "ROC AUC at least 0.65, reproduced, at most 30 days old" in answer.text

    def test_the_line_that_is_wrong_is_marked_beside_the_text(
        self, console: Reader, written: Written
    ) -> None:
        reader = console(Role.RISK_OFFICER)
        before = written()
        wrong = "\r\n\r\n" + SENT.replace("0.6", "<high>")
        answer = reader.post("/policies/check", {"text": wrong})
        assert answer.status_code == 422
        assert "gates.validation.conditions[0].at_least (line 10)" in answer.text
        marked = answer.text.partition('id="wrong-line"')[2].partition("</li>")[0]
        assert "line 10: " in marked
        assert "at_least: &lt;high&gt;" in marked
        assert "expected a number" in marked
        kept = answer.text.partition("<textarea")[2].partition(">\n")[2]
        assert kept.startswith("\n\npolicy: house")
        assert written() == before

    def test_an_error_in_the_policy_below_marks_no_line_of_this_one(self, console: Reader) -> None:
        answer = console(Role.RISK_OFFICER).post(
            "/policies/check", {"text": "policy: a\r\nextends: nobodys\r\ngates: {}\r\n"}
        )
        assert answer.status_code == 422
        assert "extends (line 2)" in answer.text

    @pytest.mark.parametrize("text", ["", "   ", "\x00", "policy: [", "x" * 200_000])
    def test_what_is_no_policy_is_refused(self, console: Reader, text: str) -> None:
        answer = console(Role.RISK_OFFICER).post("/policies/check", {"text": text})
        assert answer.status_code == 422
        assert "text" in answer.text

    def test_whoever_reads_may_check_and_not_publish(self, console: Reader) -> None:
        answer = console(Role.VIEWER).post("/policies/check", {"text": SENT})
        assert answer.status_code == 200
        assert "Publish</button>" not in answer.text


class TestForm:
    def test_the_next_version_begins_with_the_text_in_force(self, console: Reader) -> None:
        page = console(Role.RISK_OFFICER).page("/policies/new?base=lending-high-risk")
        assert "policy: lending-high-risk" in page

    def test_a_new_one_begins_with_a_text_that_is_right(self, console: Reader) -> None:
        reader = console(Role.RISK_OFFICER)
        text: Any = reader.json("/policies/new")["text"]
        assert reader.post("/policies/check", {"text": text}).status_code == 200

    def test_a_base_that_nobody_published_is_not_found(self, console: Reader) -> None:
        assert console(Role.RISK_OFFICER).get("/policies/new?base=nobodys").status_code == 404


class TestPublish:
    def test_it_is_in_force_and_kept_as_it_was_written(
        self, console: Reader, work_as: WorkAs
    ) -> None:
        reader = console(Role.RISK_OFFICER)
        answer = reader.post("/policies", {"text": SENT})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/policies/house?done=")
        with work_as(Role.VIEWER, write=False) as work:
            published = reads.current(work, "house")
        assert published.text == TEXT
        assert published.published_by == reader.actor

    def test_a_wrong_text_comes_back_as_it_was_and_nothing_is_published(
        self, console: Reader, written: Written
    ) -> None:
        reader = console(Role.RISK_OFFICER)
        before = written()
        answer = reader.post(
            "/policies", {"text": SENT.replace("performance.roc_auc", "performance.roc_acu")}
        )
        assert answer.status_code == 422
        assert "did you mean performance.roc_auc?" in answer.text
        assert "performance.roc_acu" in answer.text
        assert written() == before

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.DATA_SCIENTIST, Role.MANAGER])
    def test_whoever_may_not_is_refused(self, console: Reader, role: Role, work_as: WorkAs) -> None:
        assert console(role).post("/policies", {"text": SENT}).status_code == 403
        with work_as(Role.VIEWER, write=False) as work:
            assert reads.find(work, "house") is None

    def test_a_form_without_the_token_of_the_session_is_refused(
        self, console: Reader, written: Written
    ) -> None:
        reader = console(Role.RISK_OFFICER)
        before = written()
        assert reader.http.post("/policies", data={"text": SENT}).status_code == 403
        assert written() == before
