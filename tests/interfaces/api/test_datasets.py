"""Datasets through REST: registered once, measured by the server, never changed unnoticed."""

from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from gonogo.app.wiring import Installation
from gonogo.checks.findings.finding import Asked
from gonogo.checks.streamed import large
from gonogo.core.errors import Broken, Conflict, GonogoError, Invalid, NotFound
from gonogo.domain.datasets import measuring
from gonogo.domain.datasets.reads import frame
from gonogo.domain.datasets.rules import DatasetVersion
from gonogo.sdk.client import Client
from gonogo.store.files import Files
from tests.fixtures.rooms import Written

ABOUT: dict[str, Any] = {
    "licence": "CC0-1.0",
    "sensitivity": "internal",
    "owner_role": "data-scientist",
    "label": "approve",
    "protected": ["race"],
}
ROWS = pd.DataFrame(
    {
        "income": [10, 20, 30, 999999, 50, 60],
        "race": ["a", "b", "a", "b", "a", "b"],
        "approve": [1, 0, 1, 1, 0, 1],
    }
)
WIDE = "\n".join(",".join(f"{start}{n}" for n in range(300)) for start in ("c", "")).encode()
"""A CSV of 300 columns and one row."""


@pytest.fixture
def loans(tmp_path: Path) -> Path:
    """A CSV of six loans."""
    path = tmp_path / "loans.csv"
    path.write_text(ROWS.to_csv(index=False))
    return path


class TestRegister:
    def test_a_file_becomes_a_version_named_by_its_content(
        self, client: Client, loans: Path
    ) -> None:
        made = client.register_dataset("loans", loans, **ABOUT)
        told = made.told
        assert told.subject == f"dataset:loans@{told.sha256[:12]}"
        assert (told.rows, told.format, told.size) == (6, "csv", loans.stat().st_size)
        assert [column["role"] for column in told.columns] == ["feature", "protected", "label"]
        assert told.place == f"sha256:{told.sha256}"
        pd.testing.assert_frame_equal(made.frame(), ROWS, check_dtype=False)

    def test_a_frame_travels_as_the_same_bytes_each_time(self, client: Client) -> None:
        first = client.register_dataset("loans", ROWS, **ABOUT)
        assert first.told == client.register_dataset("loans", ROWS.copy(), **ABOUT).told

    def test_the_same_again_answers_200_and_writes_nothing(
        self, client: Client, loans: Path, written: Written
    ) -> None:
        client.register_dataset("loans", loans, **ABOUT)
        before = written()
        client.register_dataset("loans", loans, **ABOUT)
        assert written() == before

    def test_the_same_file_said_to_be_something_else_is_a_conflict(
        self, client: Client, loans: Path, written: Written
    ) -> None:
        client.register_dataset("loans", loans, **ABOUT)
        before = written()
        with pytest.raises(Conflict) as refused:
            client.register_dataset("loans", loans, **ABOUT | {"licence": "MIT"})
        assert refused.value.field == "licence"
        assert written() == before

    def test_what_is_said_of_a_column_goes_before_what_the_rows_suggest(
        self, client: Client, loans: Path
    ) -> None:
        said = {"income": {"type": "number", "minimum": 0, "missing_codes": [999999]}}
        made = client.register_dataset("loans", loans, **ABOUT, overrides=said)
        income = made.told.columns[0]
        assert (income["type"], income["minimum"], income["nullable"]) == ("number", 0, True)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"income,race,approve\n1,a\n", "line 2 has 2 values"),
            (b"income,race,approve\n1,\xe9,0\n", r"byte 0xe9 .* \(line 2\)"),
            (b"income,race,approve\n", "0 rows"),
            (b"income,race,approve", "0 rows"),
            (WIDE, "columns is 300, expected at most 256"),
            (b"\x80\x04\x95\x10\x00", "byte 0x80"),
        ],
        ids=["ragged", "encoding", "0 rows", "header alone", "300 columns", "pickle"],
    )
    def test_a_file_that_is_no_table_leaves_nothing(
        self,
        client: Client,
        installation: Installation,
        tmp_path: Path,
        written: Written,
        content: bytes,
        said: str,
    ) -> None:
        path = tmp_path / "bad.csv"
        path.write_bytes(content)
        before = written()
        with pytest.raises(Invalid, match=said):
            client.register_dataset("loans", path, **ABOUT)
        assert written() == before
        assert list(installation.files.all()) == []

    def test_a_wide_file_is_read_where_its_width_is_said(
        self, client: Client, tmp_path: Path
    ) -> None:
        path = tmp_path / "wide.csv"
        path.write_bytes(WIDE)
        about = {**ABOUT, "label": "c299", "protected": []}
        with pytest.raises(Invalid, match="as many as the file has"):
            client.register_dataset("wide", path, **about, columns=299)
        assert len(client.register_dataset("wide", path, **about, columns=300).told.columns) == 300

    @pytest.mark.parametrize(
        ("change", "kind", "field"),
        [
            ({"protected": ["colour"]}, Invalid, "protected.0"),
            ({"label": "colour"}, Invalid, "label"),
            ({"label": "race"}, Invalid, "label"),
            ({"licence": ""}, Invalid, "about.licence"),
            ({"sensitivity": "secret"}, Invalid, "about.sensitivity"),
            ({"owner_role": "king"}, Invalid, "owner_role"),
            ({"delimiter": "."}, Invalid, "delimiter"),
            ({"columns": 4}, Invalid, "columns"),
            ({"overrides": {"colour": {"type": "text"}}}, Invalid, "overrides.colour"),
            ({"parents": ["dataset:loans@3f2a9c1d2e4f"]}, NotFound, "parents.0"),
            ({"parents": ["case:churn"]}, Invalid, "parents.0"),
            ({"place": "in my drawer"}, Invalid, "about.place"),
            ({"reproduced": True}, Invalid, "about.reproduced"),
        ],
    )
    def test_a_description_that_cannot_be_is_refused(
        self,
        client: Client,
        loans: Path,
        written: Written,
        change: dict[str, Any],
        kind: type[GonogoError],
        field: str,
    ) -> None:
        before = written()
        with pytest.raises(kind) as refused:
            client.register_dataset("loans", loans, **ABOUT | change)
        assert refused.value.field == field
        assert written() == before

    @pytest.mark.parametrize("about", ["", "{", "[]", '{"licence": NaN}', "x" * 100])
    def test_a_description_that_is_no_json_is_refused(
        self, client: Client, loans: Path, about: str
    ) -> None:
        with pytest.raises(Invalid), loans.open("rb") as file:
            client.http.send(
                "POST", "/datasets/loans/versions", data={"about": about}, files={"file": file}
            )

    def test_a_file_that_is_kept_already_needs_no_sending(
        self, client: Client, loans: Path
    ) -> None:
        first = client.register_dataset("loans", loans, **ABOUT)
        answer = client.http.send(
            "POST",
            "/datasets/copies/versions",
            data={"about": httpx.Response(200, json=ABOUT | {"sha256": first.told.sha256}).text},
        )
        assert answer.status_code == 201
        assert answer.json()["subject"] == f"dataset:copies@{first.version}"

    def test_a_file_nobody_keeps_is_not_found(self, client: Client, written: Written) -> None:
        before = written()
        about = httpx.Response(200, json=ABOUT | {"sha256": "0" * 64}).text
        with pytest.raises(NotFound):
            client.http.send("POST", "/datasets/loans/versions", data={"about": about})
        assert written() == before

    def test_neither_file_nor_digest_is_refused(self, client: Client) -> None:
        about = httpx.Response(200, json=ABOUT).text
        with pytest.raises(Invalid, match="file"):
            client.http.send("POST", "/datasets/loans/versions", data={"about": about})


class TestRead:
    def test_lists_name_the_newest_version(
        self, client: Client, loans: Path, tmp_path: Path
    ) -> None:
        client.register_dataset("loans", loans, **ABOUT)
        client.register_dataset("calls", loans, **ABOUT)
        client.register_dataset("loans", ROWS.head(3), **ABOUT)
        found = {one.name: one.versions for one in client.datasets.all()}
        assert found == {"calls": 1, "loans": 2}
        assert len(client.datasets.versions("loans")) == 2

    def test_an_unknown_one_is_not_found(self, client: Client) -> None:
        with pytest.raises(NotFound):
            client.datasets.versions("nothing")
        with pytest.raises(NotFound):
            client.dataset("dataset:nothing@3f2a9c1d2e4f")

    def test_the_file_comes_back_byte_for_byte(
        self, client: Client, loans: Path, tmp_path: Path
    ) -> None:
        made = client.register_dataset("loans", loans, **ABOUT)
        copy = tmp_path / "copy.csv"
        with copy.open("wb") as target:
            made.save(target)
        assert copy.read_bytes() == loans.read_bytes()


def damage(installation: Installation, sha256: str) -> None:
    path = installation.files.local_path(sha256)
    assert path is not None
    stored = Path(path)
    stored.chmod(0o644)
    stored.write_bytes(stored.read_bytes().replace(b"10,a", b"11,a"))


class TestVerify:
    def test_a_sound_file_is_told_so(self, client: Client, loans: Path) -> None:
        made = client.register_dataset("loans", loans, **ABOUT)
        assert made.verify().sha256 == made.told.sha256

    @pytest.mark.parametrize("verb", ["verify", "measure"])
    def test_a_file_that_changed_is_named_and_not_used(
        self,
        client: Client,
        installation: Installation,
        loans: Path,
        written: Written,
        verb: str,
    ) -> None:
        made = client.register_dataset("loans", loans, **ABOUT)
        damage(installation, made.told.sha256)
        before = written()
        with pytest.raises(Broken) as refused:
            getattr(made, verb)()
        assert refused.value.field == made.subject
        assert written() == before


class TestMeasure:
    def test_what_the_server_measured_is_reproduced_evidence(
        self, client: Client, loans: Path
    ) -> None:
        said = {"income": {"missing_codes": [999999]}}
        made = client.register_dataset("loans", loans, **ABOUT, overrides=said)
        entries = made.measure().entries
        found = {one.check: one for one in made.evidence()}
        assert len(entries) == len(found)
        assert all(one.reproduced and one.data == made.subject for one in found.values())
        assert found["data.missing_share"].measured["value"] == pytest.approx(1 / 18)
        assert found["data.class_balance"].measured["value"] == pytest.approx(2 / 6)

    def test_overlap_with_a_reference(self, client: Client, loans: Path) -> None:
        train = client.register_dataset("loans", loans, **ABOUT)
        test = client.register_dataset("loans", ROWS.tail(3), **ABOUT)
        test.measure(reference=train)
        (overlap,) = [one for one in test.evidence() if one.check == "data.train_test_overlap"]
        assert overlap.measured["value"] == 1
        assert overlap.with_ == {"reference": train.subject}

    @pytest.mark.parametrize("form", ["csv", "parquet"])
    def test_a_large_one_is_measured_as_it_passes_with_the_same_numbers(
        self, client: Client, loans: Path, monkeypatch: pytest.MonkeyPatch, form: str
    ) -> None:
        train = client.register_dataset(
            "loans", loans if form == "csv" else ROWS.assign(income=[1, 2, 3, 4, 5, 60]), **ABOUT
        )
        test = client.register_dataset("loans", ROWS.tail(3), **ABOUT)
        test.measure(reference=train)
        before = [(one.check, one.with_, one.measured, one.detail) for one in test.evidence()]
        held: list[str] = []

        def noting(files: Files, of: DatasetVersion) -> pd.DataFrame:
            held.append(of.name)
            return frame(files, of)

        monkeypatch.setattr(large, "LARGE", 1)
        monkeypatch.setattr(measuring, "frame", noting)
        test.measure(reference=train)
        after = [(one.check, one.with_, one.measured, one.detail) for one in test.evidence()]
        assert after == before
        assert bool(held) is (form == "csv"), "only what cannot pass is held in memory"

    def test_checks_by_name_with_their_parameters(self, client: Client, loans: Path) -> None:
        made = client.register_dataset("loans", loans, **ABOUT)
        asked = Asked("data.identifier_columns", {"distinct": 0.5})
        entries = made.measure(checks=[asked, "data.duplicate_share"]).entries
        found = {one.check: one for one in made.evidence()}
        assert len(entries) == len(found) == 2
        assert found["data.identifier_columns"].with_ == {"distinct": 0.5}

    def test_the_age_of_rows_is_taken_by_the_servers_clock(
        self, client: Client, installation: Installation
    ) -> None:
        frame = pd.DataFrame({"on": pd.to_datetime(["2020-01-01", "2020-01-02"]), "x": [1, 2]})
        about = {name: said for name, said in ABOUT.items() if name not in ("label", "protected")}
        made = client.register_dataset("dated", frame, **about)
        made.measure(checks=["data.age_days"])
        (found,) = made.evidence()
        assert found.measured["value"] > 1000
        assert "at" in found.with_

    def test_an_unknown_check_is_refused(
        self, client: Client, loans: Path, written: Written
    ) -> None:
        made = client.register_dataset("loans", loans, **ABOUT)
        before = written()
        for asked in ("data.guess", "performance.roc_auc", "data.time_travel"):
            with pytest.raises(Invalid):
                made.measure(checks=[asked])
        assert written() == before

    @pytest.mark.parametrize("reference", ["dataset:loans@000000000000", "case:churn", "loans"])
    def test_an_unknown_reference_is_refused(
        self, client: Client, loans: Path, written: Written, reference: str
    ) -> None:
        made = client.register_dataset("loans", loans, **ABOUT)
        before = written()
        with pytest.raises((NotFound, Invalid)):
            made.measure(reference=reference)
        assert written() == before
