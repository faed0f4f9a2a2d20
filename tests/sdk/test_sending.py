"""Decisions and outcomes from files: what is sent, in which requests, and what is said of it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
from pyarrow import parquet

from gonogo.core.errors import Invalid
from gonogo.core.times import system_clock
from gonogo.records.foreign import batch
from gonogo.sdk import sending
from gonogo.sdk.sending import Sent

URL = "http://gateway"
CSV = "id,entity,outcome,score,at,income,country,vip\nd1,007,approve,0.5,2026-11-21,12.5,CH,true\n"


class Gateway:
    """Answers as it is told to, and keeps what it was asked."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.waited: list[float] = []
        self.answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer t"
        self.asked.append((request.url.path, json.loads(request.content)))
        return self.answers.pop(0) if self.answers else httpx.Response(200, json={})

    def send(self, path: Path, skip: int = 0) -> Sent:
        with httpx.Client(transport=httpx.MockTransport(self)) as http:
            return sending.send(
                path, "fraud", url=URL, token="t", skip=skip, http=http, sleep=self.waited.append
            )


def problem(status: int, kind: str, **headers: str) -> httpx.Response:
    told = {"type": f"urn:gonogo:problem:{kind}", "title": "No", "field": "x", "expected": "y"}
    return httpx.Response(status, json=told, headers=headers)


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


class TestSend:
    def test_columns_that_say_nothing_of_the_decision_are_features(self, tmp_path: Path) -> None:
        (tmp_path / "d.csv").write_text(CSV)
        gateway = Gateway()
        assert gateway.send(tmp_path / "d.csv") == Sent(1, 1)
        ((path, body),) = gateway.asked
        assert path == "/v1/decisions/fraud"
        (found,) = batch(json.dumps(body).encode(), "fraud", "t1", system_clock)
        assert (found.id, found.entity, found.score) == ("d1", "007", 0.5)
        assert found.features == {"income": 12.5, "country": "CH", "vip": True}

    def test_every_kind_of_file_says_the_same(self, tmp_path: Path) -> None:
        row = {"id": "d1", "outcome": "approve", "score": 0.5, "income": 12.5}
        lines(tmp_path / "d.jsonl", row)
        parquet.write_table(pa.Table.from_pylist([row]), tmp_path / "d.parquet")
        (tmp_path / "d.csv").write_text("id,outcome,score,income\nd1,approve,0.5,12.5\n")
        told = []
        for name in ("d.jsonl", "d.parquet", "d.csv"):
            gateway = Gateway()
            gateway.send(tmp_path / name)
            told.append(gateway.asked)
        assert told[0] == told[1] == told[2]

    def test_outcomes_go_their_own_way_in_their_order(self, tmp_path: Path) -> None:
        decided, became = {"outcome": "approve", "income": 1}, {"decision_id": "d1", "label": True}
        gateway = Gateway()
        rows = (decided, became, became, decided)
        assert gateway.send(lines(tmp_path / "d.jsonl", *rows)) == Sent(4, 3)
        assert [path for path, _ in gateway.asked] == [
            "/v1/decisions/fraud",
            "/v1/outcomes",
            "/v1/decisions/fraud",
        ]
        assert gateway.asked[1][1][0] == {"case": "fraud", **became}

    def test_requests_are_bounded(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        many = [{"outcome": "approve", "n": n} for n in range(sending.SIZE + 1)]
        gateway = Gateway()
        assert gateway.send(lines(tmp_path / "d.jsonl", *many)) == Sent(len(many), 2)
        monkeypatch.setattr(sending, "LARGEST", 100)
        assert Gateway().send(tmp_path / "d.jsonl", skip=len(many) - 6).requests > 1

    def test_a_busy_gateway_is_asked_again(self, tmp_path: Path) -> None:
        gateway = Gateway(problem(503, "unavailable", **{"Retry-After": "3"}))
        path = lines(tmp_path / "d.jsonl", {"outcome": "approve"})
        assert gateway.send(path) == Sent(1, 1)
        assert gateway.waited == [3.0]
        assert gateway.asked[0] == gateway.asked[1]

    def test_what_is_refused_says_where_to_go_on(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sending, "SIZE", 2)
        path = lines(tmp_path / "d.jsonl", *[{"outcome": "approve", "n": n} for n in range(5)])
        gateway = Gateway(httpx.Response(200, json={}), problem(422, "invalid"))
        with pytest.raises(Invalid, match="go on with --skip 2"):
            gateway.send(path)
        again = Gateway()
        assert again.send(path, skip=2) == Sent(3, 2)
        assert again.asked[0][1]["decisions"][0]["features"] == {"n": 2}

    @pytest.mark.parametrize(
        ("name", "text", "field"),
        [
            ("d.xlsx", "", "file"),
            ("d.csv", "income\n1\n", "outcome"),
            ("d.csv", "decision_id,income\nd1,1\n", "file"),
            ("d.jsonl", "[1]\n", "line 1"),
            ("d.jsonl", "{\n", "file"),
            ("d.jsonl", '{"outcome": "a", "income": Infinity}\n', "row 1"),
            ("d.parquet", "no", "file"),
        ],
    )
    def test_what_cannot_be_sent_is_named(
        self, tmp_path: Path, name: str, text: str, field: str
    ) -> None:
        (tmp_path / name).write_text(text)
        with pytest.raises(Invalid) as caught:
            Gateway().send(tmp_path / name)
        assert caught.value.field == field
