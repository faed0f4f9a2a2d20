"""Pages of gate reviews: read, signed, waived and decided in the browser, by role."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.interfaces.web.kit import plain
from gonogo.views import review_list
from gonogo.views import reviews as views
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import Written, done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import POLICY, VERSION, World, evidence, measured
from tests.interfaces.web.conftest import Console, Reader, Visitor

# What these pages ask of the database is tested on both systems in tests/views and tests/domain.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SIGN = {"role": "risk-officer", "outcome": "go", "comment": "Seen <and> understood"}
NO_GO = {"outcome": "no-go", "rationale": "Too little is known"}
GO = {"outcome": "go", "rationale": "Everything holds"}
OTHER_POLICY = POLICY.replace("at_least: 0.7}", "at_least: 0.72}")
SIGNERS = (Role.ML_ENGINEER, Role.RISK_OFFICER)


@pytest.fixture
def here(world: World) -> str:
    """The address of the open review."""
    return f"/reviews/{world.review}"


@pytest.fixture
def key_of(world: World) -> Callable[[str], str]:
    """`key_of("performance.roc_auc")`: the key of the condition on this check."""

    def found(check: str) -> str:
        told: Any = world.api.by(Role.VIEWER).get(f"/reviews/{world.review}").json()
        return next(str(one["key"]) for one in told["conditions"] if one["check"] == check)

    return found


def waiver(key: str, **more: str) -> dict[str, str]:
    asked = {"condition": key, "role": "risk-officer", "reason": "Seen", "expires": "2026-12-24"}
    return {**asked, **more}


def entries(console: Console, kind: str) -> list[dict[str, Any]]:
    found: Any = console.json(f"/ledger?kind={kind}")
    return list(found["rows"])


class TestListed:
    def test_filters_by_state_and_gate(self, console: Reader, here: str) -> None:
        reader = console(Role.VIEWER)
        assert here in reader.page("/reviews")
        assert here in reader.page("/reviews?state=open&gate=validation")
        assert here not in reader.page("/reviews?state=decided")
        assert "No review fits" in reader.page("/reviews?gate=production")

    def test_unknown_gate_is_named(self, console: Reader, here: str) -> None:
        answer = console(Role.VIEWER).get("/reviews?gate=launch")
        assert answer.status_code == 422
        assert "launch" in answer.text

    def test_json_is_the_view(self, console: Reader, work_as: WorkAs, here: str) -> None:
        told = console(Role.VIEWER).json("/reviews")
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(review_list.listed(work))

    def test_empty_says_what_to_do(self, console: Reader) -> None:
        assert "gonogo gate review" in console(Role.VIEWER).page("/reviews")


class TestOpen:
    def test_leads_to_the_review(self, console: Reader, world: World, here: str) -> None:
        """A gate that is under review already is not reviewed twice."""
        reader = console(Role.PRODUCT_MANAGER)
        answer = reader.post("/reviews", {"subject": VERSION, "gate": "validation"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(here)

    @pytest.mark.parametrize(
        ("form", "status", "field"),
        [
            ({"subject": VERSION, "gate": "launch"}, 422, "gate"),
            ({"subject": "caller", "gate": "validation"}, 422, "subject"),
            ({"subject": "", "gate": "validation"}, 422, "subject"),
            ({"subject": "model:caller@9", "gate": "validation"}, 404, "model"),
            ({"subject": VERSION, "gate": "production"}, 409, "gate"),
        ],
    )
    def test_wrong_input_keeps_what_was_filled_in(
        self,
        console: Reader,
        world: World,
        everything: Written,
        form: dict[str, str],
        status: int,
        field: str,
    ) -> None:
        reader = console(Role.PRODUCT_MANAGER)
        before = everything()
        answer = reader.post("/reviews", form)
        assert answer.status_code == status
        assert f'<span class="mono">{field}</span>' in answer.text
        assert f'value="{form["subject"]}"' in answer.text
        assert everything() == before


class TestShow:
    def test_says_what_is_missing_and_what_would_turn_it(self, console: Reader, here: str) -> None:
        text = console(Role.VIEWER).page(here)
        assert "Sandbox → Validation" in text
        assert "0 of 2 conditions hold" in text
        assert "gonogo evidence measure model:caller@1 --check performance.roc_auc" in text
        assert text.count("Missing") == 2

    def test_draws_the_interval_against_the_threshold(
        self, console: Reader, world: World, here: str
    ) -> None:
        """A straddling interval holds; the drawing says the same in words."""
        (digest,) = world.record(evidence(data=world.test, measured=measured(0.71, 0.04)))
        text = console(Role.VIEWER).page(here)
        assert "95 % interval 0.67 to 0.75, n = 400; at least 0.7" in text
        assert f'href="/ledger/{digest}"' in text
        assert '<span class="verdict hold">Hold</span>' in text
        assert "reported" in text

    def test_json_is_the_view(
        self, console: Reader, world: World, work_as: WorkAs, here: str
    ) -> None:
        world.ready()
        told = console(Role.VIEWER).json(here)
        with work_as(Role.VIEWER, write=False) as work:
            page = views.review(work, world.review)
        assert told == plain(page)
        assert (told["held"], told["lacks"]) == (2, [])

    def test_unknown_one_is_not_there(self, console: Reader, world: World) -> None:
        assert console(Role.VIEWER).get("/reviews/nothing").status_code == 404

    def test_needs_a_session(self, stranger: Console, here: str) -> None:
        answer = stranger.get(here)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
        assert stranger.get(f"{here}.json").status_code == 401

    def test_allows_no_inline_script(self, console: Reader, here: str) -> None:
        answer = console(Role.RISK_OFFICER).get(here)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert not re.search(r"<script>|<style|\sstyle=|\son[a-z]+=", answer.text)

    @pytest.mark.parametrize("role", list(Role))
    def test_offers_what_the_role_may(self, console: Reader, here: str, role: Role) -> None:
        text = console(role).page(here)
        assert (f"{here}/sign-offs" in text) is (role in SIGNERS)
        assert (f"{here}/waivers" in text) is (role is Role.RISK_OFFICER)
        deciders = {Role.ML_ENGINEER, Role.PRODUCT_MANAGER, Role.RISK_OFFICER, Role.MANAGER}
        assert (f"{here}/decision" in text) is (role in deciders)

    def test_another_policy_can_only_end_no_go(
        self, console: Reader, world: World, here: str
    ) -> None:
        world.ready()
        world.policy(OTHER_POLICY)
        text = console(Role.RISK_OFFICER).page(here)
        assert "Another wording of the policy is in force" in text
        assert re.search(r'value="go" required\s+disabled', text)


class TestSign:
    def test_is_kept_and_shown(self, console: Reader, here: str) -> None:
        reader = console(Role.RISK_OFFICER)
        answer = reader.post(f"{here}/sign-offs", SIGN)
        assert answer.status_code == 303
        text = reader.page(here)
        assert "Seen &lt;and&gt; understood" in text
        assert "Seen <and>" not in text
        assert f"{here}/sign-offs" not in text
        assert [one["says"] for one in entries(reader, "sign-off")] == [
            "signed go as risk-officer: Seen <and> understood"
        ]

    def test_author_may_not_and_the_try_is_recorded(
        self, visitor: Visitor, world: World, here: str
    ) -> None:
        """Also where the author holds the role."""
        made = world.api.user(Role.DATA_SCIENTIST)
        reader = visitor(made, Role.RISK_OFFICER)
        text = reader.page(here)
        assert "the author does not approve it" in text
        assert f"{here}/sign-offs" not in text
        answer = reader.post(f"{here}/sign-offs", SIGN)
        assert answer.status_code == 403
        assert len(entries(reader, "refusal")) == 1
        assert not entries(reader, "sign-off")

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"role": ""}, "role"),
            ({"role": "captain"}, "role"),
            ({"role": "viewer"}, "role"),
            ({"outcome": "maybe"}, "outcome"),
            ({"outcome": ""}, "outcome"),
            ({"comment": "x" * 10_001}, "comment"),
            ({"surprise": "x"}, "surprise"),
        ],
    )
    def test_wrong_input_names_the_field_and_keeps_the_text(
        self, console: Reader, everything: Written, here: str, changed: dict[str, str], field: str
    ) -> None:
        reader = console(Role.RISK_OFFICER)
        before = everything()
        answer = reader.post(f"{here}/sign-offs", {**SIGN, **changed})
        assert answer.status_code == 422
        assert f'<span class="mono">{field}</span>' in answer.text
        assert ("Seen &lt;and&gt; understood" in answer.text) is (field != "comment")
        assert everything() == before

    def test_needs_the_token_of_the_page(
        self, console: Reader, everything: Written, here: str
    ) -> None:
        reader = console(Role.RISK_OFFICER)
        before = everything()
        assert reader.http.post(f"{here}/sign-offs", data=SIGN).status_code == 403
        forged = reader.http.post(
            f"{here}/sign-offs",
            data={**SIGN, "form_token": reader.signed_in.csrf if reader.signed_in else ""},
            headers={"Origin": "http://elsewhere.example"},
        )
        assert forged.status_code == 403
        assert everything() == before

    def test_a_role_signs_once(self, console: Reader, here: str) -> None:
        """Whoever comes second is told, and what they wrote is still in sight."""
        first, second = console(Role.RISK_OFFICER), console(Role.RISK_OFFICER)
        assert first.post(f"{here}/sign-offs", SIGN).status_code == 303
        answer = second.post(f"{here}/sign-offs", SIGN)
        assert answer.status_code == 409
        assert "a role that has not signed" in answer.text


class TestWaive:
    def test_lets_the_condition_pass_and_can_be_withdrawn(
        self, console: Reader, here: str, key_of: Callable[[str], str]
    ) -> None:
        reader = console(Role.RISK_OFFICER)
        answer = reader.post(f"{here}/waivers", waiver(key_of("performance.roc_auc")))
        assert answer.status_code == 303
        told: Any = reader.json(here)
        assert told["held"] == 1
        (given,) = told["waivers"]
        assert (given["holds"], given["withdrawable"]) == (True, True)
        assert given["expires"] == "2026-12-24T00:00:00.000Z"
        taken = f"{here}/waivers/{given['entry']}/withdrawal"
        refused = reader.post(taken, {"reason": " "})
        assert refused.status_code == 422
        assert '<span class="mono">reason</span>' in refused.text
        assert reader.post(taken, {"reason": "Not any more"}).status_code == 303
        told = reader.json(here)
        assert told["held"] == 0
        assert told["waivers"][0]["withdrawn"]
        assert reader.post(taken, {"reason": "Again"}).status_code == 409

    def test_who_may_not_is_refused_and_recorded(
        self, console: Reader, here: str, key_of: Callable[[str], str]
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        answer = reader.post(f"{here}/waivers", waiver(key_of("performance.roc_auc")))
        assert answer.status_code == 403
        assert "manager, risk-officer" in answer.text
        assert len(entries(reader, "refusal")) == 1

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"expires": "2026-11-21"}, "expires"),
            ({"expires": "2028-01-01"}, "expires"),
            ({"expires": "soon"}, "expires"),
            ({"expires": ""}, "expires"),
            ({"reason": " "}, "reason"),
            ({"condition": "no-such-key"}, "condition"),
            ({"role": "captain"}, "role"),
        ],
    )
    def test_wrong_input_names_the_field_and_keeps_the_text(
        self,
        console: Reader,
        everything: Written,
        here: str,
        key_of: Callable[[str], str],
        changed: dict[str, str],
        field: str,
    ) -> None:
        reader = console(Role.RISK_OFFICER)
        asked = waiver(key_of("performance.roc_auc"), reason="A reason of <mine>")
        before = everything()
        answer = reader.post(f"{here}/waivers", {**asked, **changed})
        assert answer.status_code == 422
        assert f'<span class="mono">{field}</span>' in answer.text
        assert ("A reason of &lt;mine&gt;" in answer.text) is (field != "reason")
        assert everything() == before

    def test_what_holds_needs_none(
        self, console: Reader, world: World, here: str, key_of: Callable[[str], str]
    ) -> None:
        world.record(evidence(data=world.test))
        answer = console(Role.RISK_OFFICER).post(
            f"{here}/waivers", waiver(key_of("performance.roc_auc"))
        )
        assert answer.status_code == 409


class TestDecide:
    def test_go_moves_the_version(self, console: Reader, world: World, here: str) -> None:
        world.ready()
        reader = console(Role.MANAGER)
        answer = reader.post(f"{here}/decision", GO)
        assert answer.status_code == 303
        told: Any = reader.json(here)
        assert told["ended"]["outcome"] == "go"
        assert told["rows"][0]["verdict"] == "go"
        version = done(world.api.by(Role.VIEWER).get("/models/caller/versions/1"))
        assert version["stage"] == "validation"
        text = reader.page(here)
        assert "Everything holds" in text
        assert f"{here}/decision" not in text

    def test_go_is_refused_while_something_is_missing(
        self, console: Reader, everything: Written, here: str
    ) -> None:
        """With everything that is missing, and the rationale kept."""
        reader = console(Role.MANAGER)
        before = everything()
        answer = reader.post(f"{here}/decision", GO)
        assert answer.status_code == 409
        assert "ml-engineer has not signed" in answer.text
        assert "Everything holds</textarea>" in answer.text
        assert everything() == before

    @pytest.mark.parametrize(
        ("changed", "field"),
        [({"rationale": " "}, "rationale"), ({"outcome": "perhaps"}, "outcome")],
    )
    def test_wrong_input_names_the_field(
        self, console: Reader, everything: Written, here: str, changed: dict[str, str], field: str
    ) -> None:
        reader = console(Role.MANAGER)
        before = everything()
        answer = reader.post(f"{here}/decision", {**NO_GO, **changed})
        assert answer.status_code == 422
        assert f'<span class="mono">{field}</span>' in answer.text
        assert everything() == before

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.DATA_SCIENTIST, Role.ADMIN])
    def test_other_roles_may_not(self, console: Reader, here: str, role: Role) -> None:
        reader = console(role)
        assert reader.post(f"{here}/decision", NO_GO).status_code == 403
        assert len(entries(reader, "refusal")) == 1
        assert not entries(reader, "decision")

    def test_author_may_not(self, visitor: Visitor, world: World, here: str) -> None:
        reader = visitor(world.api.user(Role.DATA_SCIENTIST), Role.MANAGER)
        assert reader.post(f"{here}/decision", NO_GO).status_code == 403
        assert "the author does not approve it" in reader.page(here)

    def test_of_two_at_once_one_wins(self, console: Reader, here: str) -> None:
        """The second is told who decided, and what they wrote is still in sight."""
        first, second = console(Role.MANAGER), console(Role.PRODUCT_MANAGER)
        assert first.post(f"{here}/decision", NO_GO).status_code == 303
        answer = second.post(f"{here}/decision", {**NO_GO, "rationale": "Mine came <later>"})
        assert answer.status_code == 409
        assert "it was decided no-go" in answer.text
        assert "nothing of yours was written" in answer.text
        assert "Mine came &lt;later&gt;" in answer.text
        assert len(entries(first, "decision")) == 1

    def test_of_two_reviews_of_a_gate_one_wins(
        self, console: Reader, world: World, here: str, clock: FakeClock
    ) -> None:
        """A decision in another review overtakes this one: it says so before and after a try."""
        world.policy(OTHER_POLICY)
        clock.advance(minutes=1)
        other = world.open()["id"]
        assert other != world.review
        reader = console(Role.MANAGER)
        assert reader.post(f"/reviews/{other}/decision", NO_GO).status_code == 303
        assert "Someone decided this gate since" in reader.page(here)
        answer = reader.post(f"{here}/decision", {**NO_GO, "rationale": "Mine came later"})
        assert answer.status_code == 409
        assert "Someone decided this gate before you" in answer.text
        assert len(entries(reader, "decision")) == 1
