"""Snapshots: what does not prove itself never takes traffic, and what served goes on serving."""

import shutil
from pathlib import Path

import msgspec
import pytest

from gonogo.core.snapshot import Probe, Served
from gonogo.domain.models.rules import ModelFile, files_digest
from gonogo.gateway.places import Places
from gonogo.gateway.scorers.sealed import digest_of
from tests.fixtures.gateways import CASE, GOOD, Desk, Models, arm, route, served


@pytest.fixture
def copied(tmp_path: Path, versions: Models) -> Served:
    """A version of its own, whose files a test may spoil."""
    known = versions.lightgbm()
    folder = tmp_path / "files"
    shutil.copytree(known.folder, folder)
    return served(folder, "copied", "1", probe=known.probe)


def test_the_digest_is_that_of_sealing(versions: Models) -> None:
    """Files are sealed in one room and checked in another: both compute the same."""
    folder = Path(versions.lightgbm().folder)
    (path,) = folder.iterdir()
    import hashlib

    content = hashlib.sha256(path.read_bytes()).hexdigest()
    file = ModelFile(path.name, path.stat().st_size, content)
    assert digest_of(folder, [path]) == files_digest([file])


class TestLook:
    def test_a_new_snapshot_swaps_all_at_once(self, desk: Desk, versions: Models) -> None:
        one, two = versions.lightgbm(), versions.lightgbm("2", seed=2)
        desk.publish(routes=[route(arm("champion", one))], models=[one])
        before = desk.built.gateway.parts.in_force
        desk.publish(routes=[route(arm("champion", two))], models=[two])
        assert desk.decide(GOOD).said["model"] == "trees@2"
        assert set(before.models) == {"trees@1"}
        assert set(desk.built.gateway.parts.in_force.models) == {"trees@2"}

    def test_a_version_in_memory_is_not_loaded_again(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        loaded = desk.built.gateway.parts.in_force.models["trees@1"]
        desk.publish(routes=[route(arm("champion", model, threshold=0.9))], models=[model])
        assert desk.built.gateway.parts.in_force.models["trees@1"] is loaded

    def test_the_same_file_is_looked_at_once(self, desk: Desk, versions: Models) -> None:
        desk.publish()
        assert not desk.built.watcher.look()

    def test_without_the_file_the_last_one_goes_on(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        Places(desk.home).snapshot.unlink()
        assert not desk.built.watcher.look()
        assert desk.decide(GOOD).status == 200

    @pytest.mark.parametrize("text", [b"", b"{", b'{"number": "one"}', b"\x00\xff" * 10])
    def test_nonsense_in_its_place_changes_nothing(
        self, desk: Desk, versions: Models, text: bytes
    ) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        Places(desk.home).snapshot.write_bytes(text)
        assert not desk.built.watcher.look()
        assert desk.decide(GOOD).said["model"] == "trees@1"
        said = desk.ask("/v2/health", method="GET").said
        assert "not a snapshot" in said["errors"]["snapshot"]


class TestProof:
    def spoiled(self, model: Served) -> None:
        """Change one number of a tree."""
        path = Path(model.folder) / "model.txt"
        path.write_text(path.read_text().replace("leaf_value=", "leaf_value=9", 1))

    def test_other_files_than_were_sealed_are_never_loaded(
        self, desk: Desk, versions: Models, copied: Served
    ) -> None:
        """The route that was there goes on; the error is told and an incident written."""
        old = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", old))], models=[old])
        self.spoiled(copied)
        desk.publish(routes=[route(arm("champion", copied))], models=[copied])
        found = desk.decide(GOOD).said
        assert (found["model"], found["kind"]) == ("trees@1", "model")
        assert desk.decisions()[0].snapshot == 1
        health = desk.ask("/v2/health", method="GET").said
        assert "digest" in health["errors"]["copied@1"]
        assert "still that of snapshot 1" in health["errors"][f"route {CASE}"]
        metrics = desk.ask("/metrics", method="GET").said
        assert 'gonogo_gateway_not_in_force{what="copied@1"} 1.0' in metrics
        told = msgspec.json.decode(Places(desk.home).incidents.read_text().splitlines()[0])
        assert told["why"] == "not-loaded"

    def test_one_that_answers_its_probe_otherwise_never_takes_traffic(
        self, desk: Desk, copied: Served
    ) -> None:
        assert copied.probe is not None
        scores = tuple(score + 0.01 for score in copied.probe.scores)
        lying = msgspec.structs.replace(copied, probe=Probe(copied.probe.rows, scores))
        desk.publish(routes=[route(arm("champion", lying))], models=[lying])
        found = desk.decide(GOOD).said
        assert (found["kind"], found["outcome"]) == ("fallback", "decline")
        health = desk.ask("/v2/health", method="GET").said
        assert "probe.0" in health["errors"]["copied@1"]

    @pytest.mark.parametrize("text", [b"tree\nversion=v4\nnonsense", b"\x80\x04nothing", b""])
    def test_a_corrupt_file_is_told_and_harms_nobody(
        self, desk: Desk, versions: Models, copied: Served, text: bytes
    ) -> None:
        (Path(copied.folder) / "model.txt").write_bytes(text)
        sealed = served(Path(copied.folder), "copied", "1", probe=copied.probe)
        desk.publish(routes=[route(arm("champion", sealed))], models=[sealed])
        assert desk.decide(GOOD).said["kind"] == "fallback"
        assert desk.ask("/v2/health", method="GET").said["errors"]["copied@1"]

    def test_a_shadow_that_cannot_be_loaded_is_left_out(
        self, desk: Desk, versions: Models, copied: Served
    ) -> None:
        old = versions.lightgbm()
        self.spoiled(copied)
        desk.publish(
            routes=[route(arm("champion", old), shadows=(arm("next", copied),))],
            models=[old, copied],
        )
        assert desk.decide(GOOD).said["model"] == "trees@1"
        assert desk.decisions()[0].snapshot == 1
        assert "copied@1" in desk.ask("/v2/health", method="GET").said["errors"]

    def test_other_use_cases_get_their_new_route(
        self, desk: Desk, versions: Models, copied: Served
    ) -> None:
        """One version that fails does not hold back the others."""
        one, two = versions.lightgbm(), versions.lightgbm("2", seed=2)
        other = msgspec.structs.replace(route(arm("champion", one)), case="other")
        desk.publish(routes=[route(arm("champion", one)), other], models=[one])
        self.spoiled(copied)
        moved = msgspec.structs.replace(other, arms=(arm("champion", two),))
        desk.publish(routes=[route(arm("champion", copied)), moved], models=[two, copied])
        in_force = desk.built.gateway.parts.in_force
        assert in_force.routes[CASE].snapshot == 1
        assert in_force.routes["other"].snapshot == 2
        assert set(in_force.models) == {"trees@1", "trees@2"}

    def test_the_kill_switch_needs_no_model(
        self, desk: Desk, versions: Models, copied: Served
    ) -> None:
        old = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", old))], models=[old])
        self.spoiled(copied)
        desk.publish(routes=[route(arm("champion", copied), killed=True)], models=[copied])
        assert desk.decide(GOOD).said["kind"] == "fallback"
