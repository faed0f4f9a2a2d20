"""The example mission from its first line to its decision, and what it leaves behind."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from mlflow import MlflowClient

from gonogo.app.command import ALONE
from gonogo.app.wiring import Installation
from gonogo.interfaces.cli.main import run
from gonogo.sdk import needs
from gonogo.sdk.client import Client
from tests.fixtures.missions import fly

CASE = "mortgage-approval"
MODEL = "mortgage-approver"


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    returncode: int
    stdout: str
    stderr: str


Gonogo = Callable[..., Ran]


@pytest.fixture
def gonogo(flown: Path, capsys: pytest.CaptureFixture[str]) -> Gonogo:
    """The command line on the flown home, in this process: a new one takes seconds to start."""

    def ran(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(list(arguments), ALONE)
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return ran


def kinds(home: Path) -> dict[str, int]:
    """How many entries of each kind the ledger has."""
    with sqlite3.connect(home / "gonogo.db") as database:
        return dict(database.execute("SELECT kind, count(*) FROM ledger GROUP BY kind"))


class TestFly:
    """`gonogo demo --no-serve`."""

    def test_a_second_flight_changes_nothing(self, flown: Path) -> None:
        """Twice flown is once flown."""
        before = kinds(flown)
        done = fly(flown)
        assert done.returncode == 0, done.stderr
        assert "nothing is changed" in done.stdout
        assert kinds(flown) == before

    def test_it_tells_what_it_does(self, flown_once: Path) -> None:
        """Whoever watches sees hypotheses settled, a poll that holds and what would turn it."""
        printed = flown_once.with_name("flown.txt").read_text()
        assert "hypothesis trees-beat-scorecard: inconclusive" in printed
        assert "gradient boosting, gate production: polled hold" in printed
        assert "more observations" in printed
        assert "a waiver by the data scientist is refused and recorded" in printed
        assert "mitigated scorecard, gate production: decided go by the risk-officer" in printed
        assert "MLflow" not in printed
        assert "release card-fraud-2, canary: rolled-back" in printed
        assert "gonogo release advance home-page-picks" in printed

    def test_no_part_of_it_is_a_real_person(self, flown_client: Client) -> None:
        """Every account says that it is simulated."""
        titles = [user.title for user in flown_client.users.all() if user.login != "operator"]
        assert len(titles) == 5
        assert all("simulated" in title for title in titles)


class TestRegistered:
    """What is fixed beforehand."""

    def test_hypotheses_come_before_their_runs(self, flown_client: Client) -> None:
        """Registered before any run counts, and settled by the rule registered."""
        for one in flown_client.case(CASE).hypotheses():
            runs = list(flown_client.runs.all(hypothesis=f"{CASE}/{one.slug}"))
            assert runs
            assert all(run.started_at >= one.registered_at for run in runs)
            assert all(run.counts for run in runs)
            assert one.state == "inconclusive"

    def test_what_was_not_shown_is_kept_among_the_negative_results(
        self, flown_client: Client
    ) -> None:
        """With what was learned from it."""
        negative = {one.slug: one.learned for one in flown_client.hypotheses.all(negative=True)}
        assert set(negative) == {"trees-beat-scorecard", "mitigation-keeps-performance"}
        assert all("ROC AUC" in str(learned) for learned in negative.values())

    def test_protected_attributes_are_marked_and_no_model_reads_them(
        self, flown_client: Client
    ) -> None:
        """Race, sex, marital status and age are in the data and in no signature."""
        protected = {"race", "sex", "married", "older"}
        for part in ("loanapp-train", "loanapp-test"):
            for data in flown_client.datasets.versions(part):
                marked = {one["name"] for one in data.columns if one.get("role") == "protected"}
                assert marked == protected
        for version in flown_client.model(MODEL).versions():
            read = {one["name"] for one in version.signature["inputs"]}
            assert len(read) == 32
            assert not read & {*protected, "black", "hispan", "white", "male", "old", "approve"}

    def test_models_are_stored_without_pickle(self, flown_client: Client) -> None:
        """Three versions, three open formats."""
        formats = [version.format for version in flown_client.model(MODEL).versions()]
        assert sorted(formats) == ["lightgbm", "onnx", "skops"]

    def test_what_it_takes_to_load_them_is_what_was_said(self, flown_once: Path) -> None:
        """MLflow was told, so it did not load each model in a process of its own to find out."""
        told = [path.read_text().split() for path in flown_once.glob("mlflow/**/requirements.txt")]
        wanted = [needs.pinned(one) for one in (needs.SKLEARN, needs.LIGHTGBM, needs.ONNX)]
        assert len(told) >= 7
        for each in wanted:
            assert any(set(each) <= set(lines) for lines in told)


class TestDecided:
    """The way through the gates."""

    def test_the_mitigated_model_is_champion(self, flown_client: Client) -> None:
        """In production by a decision, in the ledger and as MLflow's alias."""
        last = flown_client.version(MODEL, 3).read()
        assert last.stage == "production"
        assert last.card["kind"] == "mitigated scorecard"
        decision = flown_client.decisions.all(subject=last.subject)
        assert [one.outcome for one in decision] == ["go", "go"]

    def test_mlflow_knows_the_champion(
        self, flown_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """MLflow's own client finds it by its alias."""
        uri, token = flown_client.tracking()
        monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", str(token))
        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        assert client.get_model_version_by_alias(MODEL, "champion").version == "3"

    def test_the_first_model_is_held_and_refused(self, flown_client: Client) -> None:
        """One condition straddles its bound; the review says what would turn it to go."""
        line = next(iter(flown_client.reviews.all(subject=f"model:{MODEL}@2", gate="production")))
        review = flown_client.reviews.read(line.id)
        assert review.outcome == "no-go"
        open_ones = [row for row in review.conditions if row.counts_as != "go"]
        assert [row.check for row in open_ones] == ["fairness.selection_rate_ratio"]
        assert open_ones[0].verdict == "hold"

    def test_who_was_superseded_is_compared_with_the_champion_of_now(
        self, flown_client: Client
    ) -> None:
        """So that its performance is not left at no data."""
        (champion,) = (one for one in flown_client.models.all() if one.name == MODEL)
        address = f"model:{champion.name}@{champion.champion}"
        others = [
            one for one in flown_client.model(champion.name).versions() if one.subject != address
        ]
        assert len(others) == 2
        for one in others:
            found = flown_client.evidence_of(one.subject)
            versus = [at for at in found if at.with_.get("versus") == address]
            assert "performance.roc_auc" in {at.check for at in versus if at.reproduced}

    def test_the_waiver_of_the_wrong_role_is_recorded(self, flown: Path) -> None:
        """One refusal, and no waiver."""
        found = kinds(flown)
        assert found["refusal"] == 1
        assert "waiver" not in found

    def test_nobody_signed_or_decided_what_they_made(self, flown_client: Client) -> None:
        """Author and approvers are different accounts."""
        for line in flown_client.reviews.all(gate="production"):
            review = flown_client.reviews.read(line.id)
            name, _, number = line.subject.removeprefix("model:").partition("@")
            author = flown_client.version(name, number).read().author
            assert review.told.decided_by != author
            assert all(sign_off.user != author for sign_off in review.told.sign_offs)

    def test_every_role_of_the_policy_signed(self, flown_client: Client) -> None:
        """Three roles for production, each another account."""
        line = next(iter(flown_client.reviews.all(subject=f"model:{MODEL}@3", gate="production")))
        signed = flown_client.reviews.read(line.id).told.sign_offs
        assert {one.role for one in signed} == {"ml-engineer", "risk-officer", "product-manager"}
        assert len({one.user for one in signed}) == 3

    def test_the_champion_of_a_day_is_named_with_its_decision(self, gonogo: Gonogo) -> None:
        """`gonogo model at` before and after."""
        after = gonogo("model", "at", MODEL, "2999-01-01T12:00", "--json")
        found = json.loads(after.stdout)
        assert (after.returncode, found["version"]) == (0, "3")
        entry = gonogo("ledger", "show", found["decision"], "--json")
        assert json.loads(entry.stdout)["kind"] == "decision"
        before = gonogo("model", "at", MODEL, "2001-01-01T12:00", "--json")
        assert json.loads(before.stdout)["version"] is None

    def test_a_sealed_version_whose_file_changed_is_refused(
        self, flown: Path, gonogo: Gonogo
    ) -> None:
        """The digest in the ledger holds, whatever lies on the disk."""
        model = next(flown.glob("mlflow/**/model.onnx"))
        changed = bytearray(model.read_bytes())
        changed[len(changed) // 2] ^= 1
        model.write_bytes(changed)
        done = gonogo("model", "verify", f"{MODEL}@3")
        assert done.returncode == 1
        assert "model.onnx" in done.stderr


class TestLedger:
    """What the mission leaves can be verified, and tampering is found."""

    def test_it_verifies_and_one_flipped_byte_is_found(self, flown: Path, gonogo: Gonogo) -> None:
        """The first broken entry is named."""
        assert gonogo("ledger", "verify").returncode == 0
        with sqlite3.connect(flown / "gonogo.db") as database:
            position, body = database.execute(
                "SELECT position, body FROM ledger WHERE kind = 'evidence' ORDER BY position"
            ).fetchall()[20]
            at = body.index('"value":') + len('"value":') + 2
            flipped = body[:at] + chr(ord(body[at]) ^ 1) + body[at + 1 :]
            database.execute("UPDATE ledger SET body = ? WHERE position = ?", (flipped, position))
        done = gonogo("ledger", "verify")
        assert done.returncode == 1
        assert str(position) in done.stdout + done.stderr

    def test_decisions_cite_the_evidence_they_rest_on(
        self, flown_client: Client, flown_installation: Installation
    ) -> None:
        """Each citation is an entry of the ledger."""
        for decision in flown_client.decisions.all():
            assert decision.cites
            for cited in decision.cites:
                assert flown_client.ledger.entry(cited).digest == cited
