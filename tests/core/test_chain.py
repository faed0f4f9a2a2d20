"""The hash chain: what goes into a digest, and where a chain breaks."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.canonical import canonical
from gonogo.core.chain import GENESIS, Break, Entry, Row, entry_text, first_break, seal
from gonogo.core.errors import Invalid

ENTRIES = 6


def chain(count: int = ENTRIES) -> list[Entry]:
    """Entries as they are appended."""
    found: list[Entry] = []
    previous = GENESIS
    for position in range(1, count + 1):
        body = canonical({"v": 1, "text": f"é {position}", "value": 0.1 * position}).decode()
        entry = seal(
            position,
            previous,
            kind="evidence",
            subject="model:churn@3",
            actor="user:7",
            at="2026-11-21T10:31:07.120Z",
            body=body,
        )
        found.append(entry)
        previous = entry.digest
    return found


def text_of(entry: Entry) -> str:
    return entry_text(
        entry.position,
        entry.previous,
        entry.kind,
        entry.subject,
        entry.actor,
        entry.at,
        entry.body,
    )


def row(entry: Entry) -> Row:
    return entry.position, entry.previous, entry.digest, text_of(entry).encode()


def broken(entries: list[Entry]) -> Break | None:
    return first_break(row(entry) for entry in entries)


class TestSeal:
    def test_hashes_the_canonical_json_of_all_fields(self) -> None:
        """Put together without parsing, it is what RFC 8785 makes of the whole entry."""
        entry = chain()[2]
        whole = {
            "position": 3,
            "previous": entry.previous,
            "kind": entry.kind,
            "subject": entry.subject,
            "actor": entry.actor,
            "at": entry.at,
            "body": json.loads(entry.body),
        }
        assert text_of(entry).encode() == rfc8785.dumps(whole)
        assert entry.digest == sha256(rfc8785.dumps(whole)).hexdigest()

    def test_the_first_follows_nothing(self) -> None:
        assert chain()[0].previous == "0" * 64

    @pytest.mark.parametrize("field", ["kind", "subject", "actor", "at"])
    @pytest.mark.parametrize("value", ["", 'a"b', "a b", "a\nb", "é", "a\\b", "x" * 256])
    def test_refuses_what_json_would_escape(self, field: str, value: str) -> None:
        """Else two different heads could be the same bytes."""
        given = {"kind": "k", "subject": "s", "actor": "a", "at": "t"} | {field: value}
        with pytest.raises(Invalid) as refused:
            seal(1, GENESIS, **given, body="{}")
        assert refused.value.field == field


class TestFirstBreak:
    def test_a_sound_chain_has_none(self) -> None:
        assert broken(chain()) is None
        assert broken([]) is None

    def test_goes_on_from_a_known_place(self) -> None:
        entries = chain()
        rest = [row(entry) for entry in entries[3:]]
        assert first_break(rest, after=3, previous=entries[2].digest) is None
        found = first_break(rest, after=3, previous=entries[1].digest)
        assert found is not None
        assert found.position == 4

    @pytest.mark.parametrize(
        "field", ["previous", "digest", "kind", "subject", "actor", "at", "body"]
    )
    @pytest.mark.parametrize("index", [0, 3, ENTRIES - 1])
    def test_any_changed_field_is_found_where_it_is(self, field: str, index: int) -> None:
        entries = chain()
        other = {"body": '{"v":1}'}.get(field, "f" * 64)
        changed: dict[str, Any] = {field: other}
        entries[index] = replace(entries[index], **changed)
        found = broken(entries)
        assert found is not None
        assert found.position == index + 1

    @pytest.mark.parametrize("index", range(ENTRIES - 1))
    def test_a_removed_entry_is_missing(self, index: int) -> None:
        entries = chain()
        del entries[index]
        found = broken(entries)
        assert found is not None
        assert (found.position, "missing" in found.reason) == (index + 1, True)

    def test_an_inserted_entry_does_not_fit(self) -> None:
        """Sealed with care and renumbered, what follows it names another predecessor."""
        entries = chain()
        forged = seal(
            3, entries[1].digest, kind="decision", subject="s", actor="a", at="t", body="{}"
        )
        later = [replace(entry, position=entry.position + 1) for entry in entries[2:]]
        found = broken([*entries[:2], forged, *later])
        assert found is not None
        assert found.position == 4

    @given(st.permutations(range(ENTRIES)))
    def test_any_other_order_is_found(self, order: list[int]) -> None:
        entries = [chain()[index] for index in order]
        first = next((at for at, index in enumerate(order) if at != index), None)
        found = broken(entries)
        assert (found is None) == (first is None)
        assert found is None or found.position == (first or 0) + 1

    @given(st.integers(0, ENTRIES - 1), st.data())
    def test_any_flipped_bit_of_the_bytes_is_found(self, index: int, data: st.DataObject) -> None:
        rows = [row(entry) for entry in chain()]
        position, previous, digest, text = rows[index]
        at = data.draw(st.integers(0, len(text) - 1))
        flipped = bytearray(text)
        flipped[at] ^= 1 << data.draw(st.integers(0, 7))
        rows[index] = (position, previous, digest, bytes(flipped))
        found = first_break(rows)
        assert found is not None
        assert found.position == index + 1
