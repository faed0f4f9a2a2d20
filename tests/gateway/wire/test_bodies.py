"""Bodies in pieces: however they are cut, they are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.gateway.wire.bodies import LONGEST_LINE, Body, Chunked, Sized, TooMuch
from gonogo.gateway.wire.heads import Refused

pieces = st.lists(st.integers(1, 7), min_size=1, max_size=40)


def fed(body: Body, data: bytes, cuts: list[int]) -> bytes | None:
    """What is left over of `data`, fed in pieces of these sizes."""
    at = 0
    for size in [*cuts, len(data)]:
        left = body.feed(data[at : at + size])
        at += size
        if left is not None:
            return left + data[at:]
    return None


class TestSized:
    @given(st.binary(min_size=1, max_size=40), st.binary(max_size=9), pieces)
    def test_it_takes_its_length_however_it_comes(
        self, content: bytes, after: bytes, cuts: list[int]
    ) -> None:
        body = Sized(len(content))
        assert fed(body, content + after, cuts) == after
        assert body.whole == content

    def test_what_is_passed_over_is_not_kept(self) -> None:
        body = Sized(3, keep=False)
        assert body.feed(b"ab") is None
        assert body.feed(b"cd") == b"d"
        assert body.whole == b""


class TestChunked:
    @given(st.lists(st.binary(min_size=1, max_size=30), max_size=4), st.binary(max_size=9), pieces)
    def test_it_is_put_together_however_it_comes(
        self, chunks: list[bytes], after: bytes, cuts: list[int]
    ) -> None:
        text = b"".join(b"%x;a=b\r\n%b\r\n" % (len(one), one) for one in chunks)
        body = Chunked(1000)
        assert fed(body, text + b"0\r\nx: y\r\n\r\n" + after, cuts) == after
        assert body.whole == b"".join(chunks)

    def test_more_than_may_be_is_refused_before_it_comes(self) -> None:
        with pytest.raises(TooMuch) as found:
            Chunked(10).feed(b"5\r\nabcde\r\n6\r\n")
        assert found.value.size == 11

    @pytest.mark.parametrize(
        "text",
        [
            b"g\r\n",
            b"\r\n",
            b"-1\r\n",
            b"0x1\r\n",
            b"1\r\nab\r\n",
            b"1" * 16 + b"\r\n",
            b"0\r\n" + b"a: b\r\n" * LONGEST_LINE,
            b"1;" + b"a" * LONGEST_LINE,
        ],
    )
    def test_what_are_no_chunks_is_refused(self, text: bytes) -> None:
        with pytest.raises(Refused):
            Chunked(100).feed(text)
