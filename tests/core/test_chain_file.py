"""The ledger as a file: checked without a database, and in the form it has had from the first."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.canonical import canonical
from gonogo.core.chain_file import line, lines, read_entry, verify_lines
from gonogo.core.evidence import Evidence
from tests.core.test_chain import ENTRIES, chain

FROZEN = Path(__file__).parents[1] / "data" / "ledger-v1.jsonl"
FROZEN_HEAD = "49050b094df645ad36bf5576cfb0150450c5afc0a7be194af7fda9b6a7d739c0"

Lines = list[bytes]


def written() -> Lines:
    return list(lines(chain()))


def changed(found: Lines) -> Lines:
    found[2] = found[2].replace(b"user:7", b"user:8")
    return found


def changed_with_its_digest(found: Lines) -> Lines:
    """Somebody seals the changed entry anew; the next one gives it away."""
    other = chain(3)[2]
    found[2] = line(other).replace(b'"value":0.3', b'"value":0.4')
    return found


def removed(found: Lines) -> Lines:
    del found[2]
    return found


def inserted(found: Lines) -> Lines:
    return [*found[:3], found[2], *found[3:]]


def reordered(found: Lines) -> Lines:
    found[2], found[3] = found[3], found[2]
    return found


def spaced(found: Lines) -> Lines:
    """The same meaning in other bytes."""
    found[2] = found[2].replace(b'"kind":', b'"kind": ')
    return found


def not_utf8(found: Lines) -> Lines:
    found[2] = found[2].replace(b"\xc3\xa9", b"\xff")
    return found


def not_json(found: Lines) -> Lines:
    found[2] = found[2][:40] + b"\n"
    return found


class TestVerifyLines:
    def test_finds_a_sound_file_sound(self) -> None:
        found = verify_lines(written())
        assert (found.entries, found.head, found.broken) == (ENTRIES, chain()[-1].digest, None)

    def test_finds_an_empty_ledger_sound(self) -> None:
        found = verify_lines(lines([]))
        assert (found.entries, found.broken) == (0, None)

    @pytest.mark.parametrize(
        ("change", "position"),
        [
            (changed, 3),
            (changed_with_its_digest, 3),
            (removed, 3),
            (inserted, 4),
            (reordered, 3),
            (spaced, 3),
            (not_utf8, 3),
            (not_json, 3),
            (lambda found: found[:-2] + found[-1:], ENTRIES),
            (lambda found: found[:-1], ENTRIES + 1),
            (lambda found: [*found, found[0]], ENTRIES + 2),
            (lambda found: found[1:], 1),
            (lambda _: [], 1),
        ],
    )
    def test_names_the_first_line_that_is_wrong(
        self, change: Callable[[Lines], Lines], position: int
    ) -> None:
        found = verify_lines(change(written()))
        assert found.broken is not None
        assert found.broken.position == position
        assert found.entries == min(position - 1, ENTRIES)

    @given(st.data())
    def test_finds_any_flipped_bit(self, data: st.DataObject) -> None:
        text = bytearray(b"".join(written()))
        text[data.draw(st.integers(0, len(text) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        assert verify_lines(bytes(text).splitlines(keepends=True)).broken is not None

    @given(st.lists(st.binary(max_size=200), max_size=5))
    def test_answers_whatever_the_file_holds(self, garbage: Lines) -> None:
        """No file makes it fail."""
        assert verify_lines(garbage).broken is not None


class TestReadEntry:
    def test_gives_back_what_was_written(self) -> None:
        assert [read_entry(text) for text in written()] == [*chain(), None]


class TestFrozenSample:
    """A file written by the first release: what it says stays true for ever."""

    def test_still_verifies(self) -> None:
        with FROZEN.open("rb") as source:
            found = verify_lines(source)
        assert (found.broken, found.head) == (None, FROZEN_HEAD)

    def test_is_written_in_the_same_bytes_today(self) -> None:
        entries = [read_entry(text) for text in FROZEN.read_bytes().splitlines(keepends=True)]
        known = [entry for entry in entries if entry is not None]
        assert b"".join(lines(known)) == FROZEN.read_bytes()

    def test_is_still_understood(self) -> None:
        """Evidence of then reads as evidence now, and says the same when written again."""
        found = [read_entry(text) for text in FROZEN.read_bytes().splitlines()]
        written = [entry for entry in found if entry is not None and entry.kind == "evidence"]
        assert len(written) > 100
        for entry in written:
            body = json.loads(entry.body)
            evidence = Evidence.from_body(
                body, subject=entry.subject, actor=entry.actor, at=entry.at
            )
            assert canonical(evidence.body()).decode() == entry.body
