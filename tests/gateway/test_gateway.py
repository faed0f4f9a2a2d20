"""Decisions as clients see them: arms, rules, fallback, shadows, ids, batches."""

import asyncio
import time
from collections import Counter
from math import sqrt
from typing import Any

import msgspec
import pytest
from onnx import helper

from gonogo.core.snapshot import (
    Arm,
    Bandit,
    Conformal,
    Explain,
    Feature,
    Invalid,
    Kind,
    Member,
    Rule,
    Split,
    Term,
    Token,
)
from gonogo.gateway.places import Places
from gonogo.records.record import Decision
from tests.fixtures.gateways import (
    BAD,
    CASE,
    FEATURES,
    GOOD,
    SECRET,
    TOKEN,
    Desk,
    Models,
    arm,
    route,
)

WORDS: dict[str, Any] = {
    "income": {"low": "little income"},
    "debt": {"high": "high debts"},
    "years": {"low": "few years here"},
}


class TestDecide:
    def test_it_answers_and_writes_down_what_it_answered(
        self, desk: Desk, versions: Models
    ) -> None:
        model = versions.lightgbm(code="git:1a2b")
        desk.publish(routes=[route(arm("champion", model), release="r1")], models=[model])
        found = desk.decide(GOOD, entity="customer 7")
        said = found.said
        assert found.status == 200
        assert (said["outcome"], said["model"], said["route"]) == ("approve", "trees@1", "champion")
        assert said["score"] > 0.5
        (record,) = desk.decisions()
        assert record.id == said["decision_id"]
        assert (record.entity, record.arm, record.role) == ("customer 7", "champion", "live")
        assert (record.snapshot, record.release, record.code) == (1, "r1", "git:1a2b")
        assert (record.features, record.score) == (GOOD, said["score"])
        assert (record.propensity, record.token, record.error) == (1.0, "t1", None)

    def test_what_groups_are_told_by_is_written_down_and_no_model_sees_it(
        self, desk: Desk, versions: Models
    ) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model), noted=("sex",))], models=[model])
        assert (
            desk.decide({**GOOD, "sex": "female"}).said["score"] == desk.decide(GOOD).said["score"]
        )
        assert [one.features.get("sex") for one in desk.decisions()] == ["female", None]
        assert desk.decide({**GOOD, "race": "any"}).status == 422

    def test_below_the_threshold_it_is_the_negative_outcome(
        self, desk: Desk, versions: Models
    ) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model, threshold=0.9999))], models=[model])
        assert desk.decide(GOOD).said["outcome"] == "decline"

    @pytest.mark.parametrize(
        ("features", "field"),
        [
            ({**GOOD, "income": None}, "features.income"),
            ({**GOOD, "income": "much"}, "features.income"),
            ({**GOOD, "income": True}, "features.income"),
            ({**GOOD, "income": 1000.5}, "features.income"),
            ({**GOOD, "income": float("nan")}, "features.income"),
            ({**GOOD, "income": float("inf")}, "features.income"),
            ({**GOOD, "years": 3.5}, "features.years"),
            ({**GOOD, "shoe": 44}, "features.shoe"),
            ({"income": 1, "debt": 2}, "features.years"),
            ([], "features"),
            (None, "features"),
        ],
    )
    def test_features_that_do_not_fit_are_refused_by_name(
        self, desk: Desk, versions: Models, features: Any, field: str
    ) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        found = desk.decide(features)
        assert found.status == 422
        assert found.said["field"] == field
        assert found.said["expected"]
        assert found.headers["content-type"] == "application/problem+json"
        assert desk.decisions() == []

    def test_a_declared_default_stands_in_where_the_policy_takes_it(
        self, desk: Desk, versions: Models
    ) -> None:
        features = (*FEATURES[:2], Feature("years", "integer", low=0, high=60, default=5))
        model = versions.lightgbm(features=features)
        desk.publish(
            routes=[route(arm("champion", model), invalid=Invalid.DEFAULT)], models=[model]
        )
        found = desk.decide({**GOOD, "years": 99})
        assert found.said["defaulted"] == ["years"]
        (record,) = desk.decisions()
        assert record.features["years"] == 5
        assert record.defaulted == ("years",)

    @pytest.mark.parametrize("body", [b"{", b"", b"nonsense", b'{"features": {"a": 1}', b"[1]"])
    def test_what_is_no_request_is_refused(self, desk: Desk, versions: Models, body: bytes) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        assert desk.ask(f"/v1/decide/{CASE}", body).status == 422

    def test_an_unknown_use_case_is_not_found(self, desk: Desk) -> None:
        desk.publish(tokens=(msgspec.structs.replace(TOKEN, cases=("*",)),))
        assert desk.ask("/v1/decide/other", {"features": {}}).status == 404


class TestTokens:
    @pytest.mark.parametrize("secret", [None, "", "another"])
    def test_without_a_known_token_nothing_is_decided(
        self, desk: Desk, versions: Models, secret: str | None
    ) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        found = desk.ask(f"/v1/decide/{CASE}", {"features": GOOD}, secret=secret)
        assert found.status == 401
        assert found.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        ("changed", "status"),
        [
            ({"cases": ("other",)}, 403),
            ({"may": ("outcome",)}, 403),
            ({"expires": 1.0}, 401),
            ({"expires": 4e9}, 200),
            ({"cases": ("*",)}, 200),
        ],
    )
    def test_a_token_does_what_it_is_for(
        self, desk: Desk, versions: Models, changed: dict[str, Any], status: int
    ) -> None:
        model = versions.lightgbm()
        token: Token = msgspec.structs.replace(TOKEN, **changed)
        desk.publish(routes=[route(arm("champion", model))], models=[model], tokens=(token,))
        assert desk.decide(GOOD).status == status

    def test_a_token_that_asks_too_often_is_told_when_to_come_back(
        self, desk: Desk, versions: Models
    ) -> None:
        model = versions.lightgbm()
        token = msgspec.structs.replace(TOKEN, per_second=2.0)
        said: dict[str, Any] = {"routes": [route(arm("champion", model))], "models": [model]}
        desk.publish(**said, tokens=(token,))
        found = [desk.decide(GOOD).status for _ in range(4)]
        assert found[:2] == [200, 200]
        last = desk.decide(GOOD)
        assert last.status == 429
        assert int(last.headers["retry-after"]) >= 1
        desk.publish(**said, tokens=(token,))
        assert desk.decide(GOOD).status == 429, "a new snapshot is no way around it"


class TestSplit:
    def test_an_entity_keeps_its_arm_and_shares_are_as_asked(
        self, desk: Desk, versions: Models
    ) -> None:
        old, new = versions.lightgbm(), versions.lightgbm("2", seed=2)
        canary = arm("canary", new, share=0.2)
        desk.publish(
            routes=[
                route(canary, arm("champion", old, share=0.8), split=Split.HASH, salt="rollout 1")
            ],
            models=[old, new],
        )
        asked = {"requests": [{"features": GOOD, "entity": f"c{i % 400}"} for i in range(800)]}
        found = desk.ask(f"/v1/decide/{CASE}", asked).said["decisions"]
        arms: dict[str, set[str]] = {}
        for sent, got in zip(asked["requests"], found, strict=True):
            arms.setdefault(str(sent["entity"]), set()).add(got["route"])
        assert all(len(known) == 1 for known in arms.values())
        share = sum(known == {"canary"} for known in arms.values()) / 400
        assert abs(share - 0.2) < 4 * sqrt(0.2 * 0.8 / 400)
        for record in desk.decisions():
            assert record.propensity == (0.2 if record.arm == "canary" else 0.8)
            assert record.model == ("trees@2" if record.arm == "canary" else "trees@1")

    def test_without_an_entity_each_decision_is_drawn_anew(
        self, desk: Desk, versions: Models
    ) -> None:
        model = versions.lightgbm()
        arms = (arm("a", model, share=0.5), arm("b", model, share=0.5))
        desk.publish(routes=[route(*arms, split=Split.HASH)], models=[model])
        found = Counter(desk.decide(GOOD).said["route"] for _ in range(60))
        assert set(found) == {"a", "b"}

    def test_a_bandit_logs_the_chance_it_gave(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        learned = Bandit(
            "epsilon-greedy",
            {"epsilon": 0.2},
            {"a": {"successes": 90, "failures": 10}, "b": {"successes": 10, "failures": 90}},
        )
        arms = (arm("a", model), arm("b", model))
        desk.publish(routes=[route(*arms, split=Split.BANDIT, bandit=learned)], models=[model])
        desk.ask(f"/v1/decide/{CASE}", [{"features": GOOD}] * 300)
        found = Counter((one.arm, round(one.propensity, 6)) for one in desk.decisions())
        assert set(found) == {("a", 0.9), ("b", 0.1)}
        assert abs(found["b", 0.1] / 300 - 0.1) < 4 * sqrt(0.09 / 300)

    def test_linucb_reads_the_request(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        learned = Bandit(
            "linucb",
            {"epsilon": 1e-9, "exploration": 0.0},
            {
                "rich": {"a": [[1.0, 0.0], [0.0, 1.0]], "b": [0.0, 1.0]},
                "poor": {"a": [[1.0, 0.0], [0.0, 1.0]], "b": [100.0, 0.0]},
            },
            context=("income",),
        )
        arms = (arm("rich", model), arm("poor", model))
        desk.publish(routes=[route(*arms, split=Split.BANDIT, bandit=learned)], models=[model])
        assert desk.decide(GOOD).said["route"] == "rich"
        assert desk.decide(BAD).said["route"] == "poor"

    def test_an_arm_may_need_a_column_that_another_does_not_know(
        self, desk: Desk, versions: Models
    ) -> None:
        """A request that brings it is refused by neither; without it only by the one that reads."""
        old = versions.lightgbm()
        wide = versions.onnx(
            "wide",
            [helper.make_node("ReduceMin", ["x"], ["score"], axes=[1])],
            width=4,
            features=(*FEATURES, Feature("x", "number")),
        )
        arms = (arm("new", wide, share=0.5), arm("old", old, share=0.5))
        desk.publish(routes=[route(*arms, split=Split.HASH)], models=[old, wide])
        asked = [{"features": {**GOOD, "x": 0.7}, "entity": f"e{i}"} for i in range(40)]
        found = desk.ask(f"/v1/decide/{CASE}", asked).said["decisions"]
        assert {one["route"] for one in found} == {"old", "new"}
        bare = [{"features": GOOD, "entity": f"e{i}"} for i in range(40)]
        again = desk.ask(f"/v1/decide/{CASE}", bare).said["decisions"]
        for before, after in zip(found, again, strict=True):
            if before["route"] == "new":
                assert after["problem"]["field"] == "features.x"
            else:
                assert after["route"] == "old"


class TestRules:
    def test_a_hard_decline_comes_before_the_model(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        young = Rule("too-new", (Term("years", "<", 2),), "decline", "less than two years here")
        desk.publish(
            routes=[route(arm("champion", model), before=(young,), explain=Explain.ADVERSE)],
            models=[model],
        )
        said = desk.decide({**GOOD, "years": 1}).said
        assert (said["outcome"], said["kind"], said["score"]) == ("decline", "rules", None)
        assert said["reasons"] == ["less than two years here"]
        (record,) = desk.decisions()
        assert (record.rule, record.model, record.arm) == ("too-new", None, "champion")

    def test_a_limit_comes_after_it(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        limit = Rule(
            "limit", (Term("score", ">", 0.5), Term("amount", ">", 5000)), "review", "a large sum"
        )
        desk.publish(routes=[route(arm("champion", model), after=(limit,))], models=[model])
        said = desk.decide({**GOOD, "amount": 9000}).said
        assert (said["outcome"], said["kind"]) == ("review", "model")
        assert said["score"] > 0.5
        assert desk.decide(GOOD).said["outcome"] == "approve"

    def test_an_arm_without_ml_decides_by_rules(self, desk: Desk) -> None:
        rich = Rule("rich", (Term("income", ">=", 500),), "approve", "enough income")
        plain = Arm("without-ml", kind=Kind.RULES, otherwise="review")
        desk.publish(routes=[route(plain, after=(rich,))])
        assert desk.decide({"income": 700}).said["outcome"] == "approve"
        said = desk.decide({"income": 100}).said
        assert (said["outcome"], said["kind"], said["model"]) == ("review", "rules", None)


class TestEnsemble:
    def test_members_are_weighed(self, desk: Desk, versions: Models) -> None:
        one, two = versions.lightgbm(), versions.lightgbm("2", seed=2)
        both = Arm(
            "champion",
            Kind.ENSEMBLE,
            (Member(one.key, 3.0), Member(two.key, 1.0)),
        )
        scores = []
        for which, models in ((arm("a", one), [one]), (arm("b", two), [two])):
            desk.publish(routes=[route(which)], models=models)
            scores.append(desk.decide(BAD).said["score"])
        desk.publish(routes=[route(both)], models=[one, two])
        said = desk.decide(BAD).said
        assert said["score"] == pytest.approx(0.75 * scores[0] + 0.25 * scores[1])
        assert said["model"] == "trees@1+trees@2"

    def test_a_stack_reads_their_scores(self, desk: Desk, versions: Models) -> None:
        one, two = versions.lightgbm(), versions.lightgbm("2", seed=2)
        stack = versions.onnx(
            "product",
            [helper.make_node("ReduceProd", ["x"], ["score"], axes=[1])],
            features=(Feature("trees@1", "number"), Feature("trees@2", "number"), FEATURES[0]),
        )
        stacked = Arm(
            "champion", Kind.ENSEMBLE, (Member(one.key), Member(two.key)), Member(stack.key)
        )
        desk.publish(routes=[route(stacked)], models=[one, two, stack])
        # Three columns are wanted and two members there: it is the fallback that answers.
        assert desk.decide(BAD).said["kind"] == "fallback"


class TestShadow:
    def test_it_is_scored_and_logged_and_never_returned(self, desk: Desk, versions: Models) -> None:
        live, shadow = versions.lightgbm(), versions.lightgbm("2", seed=2)
        desk.publish(
            routes=[route(arm("champion", live), shadows=(arm("next", shadow),))],
            models=[live, shadow],
        )
        said = desk.decide(GOOD, entity="e").said
        assert said["model"] == "trees@1"
        assert desk.decisions("shadow") == []
        desk.shadows()
        (beside,) = desk.decisions("shadow")
        assert (beside.id, beside.arm, beside.model) == (said["decision_id"], "next", "trees@2")
        assert beside.score is not None
        assert beside.error is None

    def test_one_that_fails_harms_nobody(self, desk: Desk, versions: Models) -> None:
        live, shadow = versions.lightgbm(), versions.raising()
        desk.publish(
            routes=[route(arm("champion", live), shadows=(arm("next", shadow),))],
            models=[live, shadow],
        )
        assert desk.decide(GOOD).status == 200
        desk.shadows()
        (beside,) = desk.decisions("shadow")
        assert beside.error is not None
        assert beside.score is None


class TestFallback:
    @pytest.mark.parametrize(
        ("which", "why"), [("raising", "raised"), ("no_number", "no-number"), ("hanging", "hangs")]
    )
    def test_it_answers_for_a_model_that_fails(
        self, desk: Desk, versions: Models, which: str, why: str
    ) -> None:
        """It raises, returns no number, or hangs: the answer comes, and an incident is told."""
        model = getattr(versions, which)()
        desk.publish(routes=[route(arm("champion", model), deadline_ms=150)], models=[model])
        began = time.perf_counter()
        said = desk.decide(GOOD, entity="e").said
        assert time.perf_counter() - began < 3
        assert (said["kind"], said["outcome"], said["model"]) == ("fallback", "decline", None)
        (record,) = desk.decisions()
        assert record.error is not None
        assert record.error.startswith(why)
        assert (record.kind, record.arm, record.score) == ("fallback", "champion", None)
        (line,) = Places(desk.home).incidents.read_text().splitlines()
        told = msgspec.json.decode(line)
        assert (told["case"], told["why"], told["model"]) == (CASE, why, model.key)
        metrics = desk.ask("/metrics", method="GET").said
        assert f'why="{why}"' in metrics

    def test_a_model_that_keeps_hanging_is_left_alone(self, desk: Desk, versions: Models) -> None:
        """Else each request would wait for its deadline."""
        model = versions.hanging()
        desk.publish(routes=[route(arm("champion", model), deadline_ms=60)], models=[model])
        for _ in range(3):
            desk.decide(GOOD)
        began = time.perf_counter()
        for _ in range(5):
            assert desk.decide(GOOD).said["kind"] == "fallback"
        assert time.perf_counter() - began < 0.25

    def test_a_model_may_be_the_fallback(self, desk: Desk, versions: Models) -> None:
        broken, spare = versions.raising(), versions.lightgbm()
        desk.publish(
            routes=[route(arm("champion", broken), fallback=arm("spare", spare))],
            models=[broken, spare],
        )
        said = desk.decide(GOOD).said
        assert (said["kind"], said["model"], said["outcome"]) == ("fallback", "trees@1", "approve")

    def test_the_kill_switch_leaves_only_the_fallback(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        assert desk.decide(GOOD).said["kind"] == "model"
        desk.publish(routes=[route(arm("champion", model), killed=True)], models=[model])
        said = desk.decide(GOOD).said
        assert (said["kind"], said["route"], said["outcome"]) == ("fallback", "fallback", "decline")
        assert desk.built.gateway.parts.in_force.models == {}


class TestReasons:
    def test_an_adverse_outcome_has_them_in_words(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm(words=WORDS)
        desk.publish(
            routes=[route(arm("champion", model), explain=Explain.ADVERSE)], models=[model]
        )
        said = desk.decide(BAD).said
        assert set(said["reasons"]) <= {"little income", "high debts", "few years here"}
        assert {"little income", "high debts"} <= set(said["reasons"])
        assert "reasons" not in desk.decide(GOOD).said
        assert desk.decisions()[0].reasons == tuple(said["reasons"])

    def test_else_only_who_asks_gets_them(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm(words=WORDS)
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        assert "reasons" not in desk.decide(BAD).said
        assert desk.decide(BAD, explain=True).said["reasons"]

    def test_probability_and_set_come_with_their_coverage(
        self, desk: Desk, versions: Models
    ) -> None:
        model = versions.lightgbm(
            calibration=((0.0, 0.1), (1.0, 0.9)), conformal=Conformal(0.9, 0.95, 400)
        )
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        said = desk.decide(GOOD).said
        assert said["probability"] == pytest.approx(0.1 + 0.8 * said["score"])
        assert said["set"] == ["approve", "decline"]
        assert said["coverage"] == 0.9


class TestIds:
    def test_the_same_id_gets_the_same_answer_and_is_decided_once(
        self, desk: Desk, versions: Models
    ) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        first = desk.decide(GOOD, id="mine-1").said
        again = desk.decide(BAD, id="mine-1").said
        assert first == again
        assert first["decision_id"] == "mine-1"
        assert len(desk.decisions()) == 1

    def test_two_at_once_are_one(self, desk: Desk, versions: Models) -> None:
        model = versions.skops()
        desk.publish(routes=[route(arm("champion", model))], models=[model])

        async def both() -> list[Any]:
            asked = {"features": GOOD, "id": "mine-2"}
            return await asyncio.gather(
                *(desk.asked(f"/v1/decide/{CASE}", asked) for _ in range(5))
            )

        found = desk.runner.run(both())
        assert len({one.said["at"] for one in found}) == 1
        assert len(desk.decisions()) == 1

    def test_a_refused_request_may_come_again_with_its_id(
        self, desk: Desk, versions: Models
    ) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        assert desk.decide({**GOOD, "years": -1}, id="mine-3").status == 422
        assert desk.decide(GOOD, id="mine-3").status == 200


class TestBatch:
    def test_each_is_decided_by_itself(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        wrong = {**GOOD, "income": "much"}
        asked = [{"features": one} for one in (GOOD, wrong, BAD)]
        for body in (asked, {"requests": asked}):
            found = desk.ask(f"/v1/decide/{CASE}", body).said["decisions"]
            assert found[0]["outcome"] == "approve"
            assert found[1]["problem"]["field"] == "features.income"
            assert found[2]["outcome"] == "decline"
        assert len(desk.decisions()) == 4

    def test_it_has_a_bound(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        found = desk.ask(f"/v1/decide/{CASE}", [{"features": GOOD}] * 1001)
        assert found.status == 422
        assert found.said["field"] == "requests"


class TestOverload:
    def test_more_than_fit_are_refused_at_once(self, desk: Desk) -> None:
        gateway = desk.built.gateway
        gateway.under_way = gateway.most
        found = gateway.refusal(f"/v1/decide/{CASE}", "10")
        assert found is not None
        assert found.status == 503
        assert ("retry-after", "1") in found.headers
        assert gateway.parts.counts.shed["queue"] == 1

    def test_a_loop_that_is_later_than_the_deadline_sheds(
        self, desk: Desk, versions: Models
    ) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model), deadline_ms=50)], models=[model])
        gateway = desk.built.gateway
        assert gateway.refusal(f"/v1/decide/{CASE}", "10") is None
        gateway.lag = 0.06
        assert gateway.refusal(f"/v1/decide/{CASE}", "10") is not None

    def test_a_huge_body_is_refused_before_it_is_read(self, desk: Desk) -> None:
        found = desk.built.gateway.refusal(f"/v1/decide/{CASE}", str(10**9))
        assert found is not None
        assert found.status == 413

    def test_a_log_that_takes_nothing_means_no_decision(self, desk: Desk, versions: Models) -> None:
        """What is answered is written down; what cannot be is not answered."""
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        assert desk.ask("/v2/health/ready", method="GET").status == 200
        desk.writer.close()
        found = desk.decide(GOOD, id="mine")
        assert found.status == 503
        assert found.said["field"] == "decision log"
        assert desk.ask("/v2/health/ready", method="GET").status == 503


class TestMetrics:
    def test_they_tell_route_and_version(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        desk.decide(GOOD)
        said = desk.ask("/metrics", method="GET", secret=None).said
        labels = f'case="{CASE}",kind="model",outcome="approve",role="live",route="champion"'
        assert f'gonogo_decisions_total{{{labels},version="trees@1"}} 1.0' in said
        assert 'gonogo_decision_seconds_bucket{case="loans",le="+Inf"' in said
        assert 'gonogo_answers_total{status="200"} 1.0' in said
        assert "gonogo_gateway_snapshot 1.0" in said
        assert SECRET not in said


def test_records_read_back_as_they_were_written(desk: Desk, versions: Models) -> None:
    model = versions.lightgbm()
    desk.publish(routes=[route(arm("champion", model))], models=[model])
    desk.decide(GOOD, id="one")
    (found,) = desk.records()
    assert isinstance(found, Decision)
    assert found.latency_us > 0
