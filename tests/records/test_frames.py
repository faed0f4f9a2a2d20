"""Frames are found again behind damage, and nothing damaged is taken for a record."""

from hypothesis import given
from hypothesis import strategies as st

from gonogo.records.frames import (
    FRAME_SIZE,
    HEADER_SIZE,
    MARK,
    Damage,
    Frame,
    frame_at,
    framed,
    header,
    scan,
    version_of,
)

HEADER = header(1, bytes(16))
payloads = st.lists(st.binary(max_size=60) | st.just(MARK * 3), max_size=12)


def records(data: bytes) -> list[bytes]:
    return [found.payload for found in scan(data) if isinstance(found, Frame)]


def damages(data: bytes) -> list[Damage]:
    return [found for found in scan(data) if isinstance(found, Damage)]


class TestScan:
    @given(payloads)
    def test_reads_what_was_framed(self, given_: list[bytes]) -> None:
        data = HEADER + framed(given_, 7)
        assert records(data) == given_
        assert damages(data) == []

    @given(payloads, st.integers(0, 10_000))
    def test_a_cut_costs_only_what_was_cut(self, given_: list[bytes], cut: int) -> None:
        data = HEADER + framed(given_, 7)
        kept = max(HEADER_SIZE, len(data) - cut)
        found = records(data[:kept])
        assert found == given_[: len(found)]
        whole = HEADER_SIZE + sum(FRAME_SIZE + len(payload) for payload in found)
        assert damages(data[:kept]) == ([Damage(whole, kept - whole, tail=True)] * (kept > whole))

    @given(st.lists(st.binary(max_size=60), min_size=1, max_size=12), st.data())
    def test_a_flipped_byte_costs_one_record(
        self, given_: list[bytes], data: st.DataObject
    ) -> None:
        whole = bytearray(HEADER + framed(given_, 7))
        at = data.draw(st.integers(HEADER_SIZE, len(whole) - 1))
        whole[at] ^= data.draw(st.integers(1, 255))
        found = records(bytes(whole))
        (damage,) = damages(bytes(whole))
        assert len(found) == len(given_) - 1
        assert damage.offset <= at < damage.offset + damage.size

    @given(payloads, st.integers(0, HEADER_SIZE - 1))
    def test_a_damaged_header_costs_no_record(self, given_: list[bytes], at: int) -> None:
        whole = bytearray(HEADER + framed(given_, 7))
        whole[at] ^= 255
        if version_of(bytes(whole)) in {None, 1}:
            assert records(bytes(whole)) == given_

    @given(st.binary(max_size=200))
    def test_anything_can_be_read(self, data: bytes) -> None:
        """Damage and frames cover every byte once."""
        covered = HEADER_SIZE if version_of(data) is not None else 0
        for found in scan(data):
            assert found.offset == covered
            covered += found.size if isinstance(found, Damage) else FRAME_SIZE + len(found.payload)
        assert covered == max(len(data), covered)


class TestFrameAt:
    def test_is_the_frame_that_was_found(self) -> None:
        data = HEADER + framed([b"one", b"two"], 7)
        found = [one for one in scan(data) if isinstance(one, Frame)]
        assert [frame_at(data, one.offset) for one in found] == found
