"""Requests: read as another parser reads them, however they are cut; refused where two differ."""

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.gateway.wire.asking import LARGEST_HEAD, MOST_FIELDS, Asked, Reader, Refused, TooMuch

LINE = b"POST /v1/decide/a HTTP/1.1\r\n"
HOST = b"host: g\r\n"
LARGEST = 100
cuts = st.lists(st.integers(1, 7), min_size=1, max_size=40)


def read(*pieces: bytes) -> list[Asked]:
    """The requests in `pieces`."""
    found: list[Asked] = []
    reader = Reader(LARGEST, lambda _: None, found.append)
    for piece in pieces:
        reader.feed(piece)
    return found


def only(data: bytes) -> Asked:
    """The one request in `data`."""
    found = read(data)
    assert len(found) == 1
    return found[0]


def refused(*pieces: bytes) -> int:
    """The status by which they are refused."""
    with pytest.raises(Refused) as found:
        read(*pieces)
    return found.value.status


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    """`data` in pieces of these sizes, the rest at once."""
    pieces = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [piece for piece in [*pieces, data] if piece]


class TestHeads:
    def test_names_are_lower_case_values_bare_and_the_query_is_left_out(self) -> None:
        asked = only(
            b"POST /v1/decide/a%C3%A4?x=1 HTTP/1.1\r\nHost: g\r\nX-A:\t b c \r\nX-a: d\r\n"
            b"Content-Length: 2\r\nExpect: 100-Continue\r\n\r\nab"
        )
        assert (asked.method, asked.path, asked.body) == ("POST", "/v1/decide/aä", b"ab")
        assert asked.fields["x-a"] == "b c, d"
        assert asked.keep
        assert asked.expects

    def test_a_target_may_name_the_server(self) -> None:
        assert only(b"GET http://g:1/a/b?c HTTP/1.1\r\n" + HOST + b"\r\n").path == "/a/b"
        assert only(b"GET http://g HTTP/1.1\r\n" + HOST + b"\r\n").path == "/"

    @pytest.mark.parametrize(
        ("line", "field", "keep"),
        [
            (b"GET / HTTP/1.1\r\n", b"", True),
            (b"GET / HTTP/1.1\r\n", b"connection: TE, Close\r\n", False),
            (b"GET / HTTP/1.0\r\n", b"", False),
            (b"GET / HTTP/1.0\r\n", b"connection: keep-alive\r\n", True),
        ],
    )
    def test_a_connection_stays_open_as_its_version_says(
        self, line: bytes, field: bytes, keep: bool
    ) -> None:
        assert only(line + HOST + field + b"\r\n").keep is keep

    def test_who_offers_another_protocol_is_answered_in_this_one(self) -> None:
        """Java's client offers HTTP/2 with the first request, its body behind it."""
        wish = b"connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AA\r\n"
        data = LINE + HOST + wish + b"x: y\r\ncontent-length: 3\r\n\r\nabc"
        first, second = read(data + LINE + HOST + b"content-length: 1\r\n\r\nd")
        assert (first.body, first.fields["x"], first.keep) == (b"abc", "y", True)
        assert second.body == b"d"

    @pytest.mark.parametrize(
        ("head", "status"),
        [
            (b"GET / HTTP/2.0\r\n" + HOST, 505),
            (b"GET / HTTP/1.1\n" + HOST, 400),
            (b"GET a HTTP/1.1\r\n" + HOST, 400),
            (b"GET ftp://g/a HTTP/1.1\r\n" + HOST, 400),
            (b"CONNECT g:1 HTTP/1.1\r\n" + HOST, 400),
            (b"GET /%ff HTTP/1.1\r\n" + HOST, 400),
            (b"GET /\xff HTTP/1.1\r\n" + HOST, 400),
            (LINE, 400),
            (LINE + HOST + HOST, 400),
            (LINE + HOST + b"authorization: a\r\nauthorization: b\r\n", 400),
            (LINE + HOST + b"a : b\r\n", 400),
            (LINE + HOST + b"a: b\r\n c\r\n", 400),
            (LINE + HOST + b"a: b\x00c\r\n", 400),
            (LINE + HOST + b"a: b\nc: d\r\n", 400),
            (LINE + HOST + b"content-length: 1\r\ncontent-length: 1\r\n", 400),
            (LINE + HOST + b"content-length: +1\r\n", 400),
            (LINE + HOST + b"content-length: 1, 1\r\n", 400),
            (LINE + HOST + b"content-length: 0x1\r\n", 400),
            (LINE + HOST + b"content-length: 1\r\ntransfer-encoding: chunked\r\n", 400),
            (LINE + HOST + b"transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", 400),
            (LINE + HOST + b"transfer-encoding: gzip, chunked\r\n", 501),
            (LINE + HOST + b"transfer-encoding: identity\r\n", 501),
            (b"POST / HTTP/1.0\r\n" + HOST + b"transfer-encoding: chunked\r\n", 400),
            (LINE + HOST + b"a: b\r\n" * MOST_FIELDS, 431),
        ],
    )
    def test_what_could_be_understood_in_two_ways_is_refused(
        self, head: bytes, status: int
    ) -> None:
        assert refused(head + b"\r\n") == status

    def test_an_endless_head_is_refused_before_it_ends(self) -> None:
        assert refused(LINE + HOST + b"a: ", b" " * LARGEST_HEAD) == 431
        assert refused(LINE + HOST + b"a: b", *[b"c" * 30_000] * 3) == 431

    @given(
        st.binary(max_size=40),
        st.lists(
            st.sampled_from(
                [
                    *(b"content-length: 3\r\n", b"Content-Length:3 \r\n"),
                    *(b"transfer-encoding: chunked\r\n", b"transfer-encoding: identity\r\n"),
                    *(b"connection: close\r\n", b"x: y\r\n", b" folded\r\n", b"x y: z\r\n"),
                    *(b"host: g\r\n", b"\x0b: a\r\n", b"x:\x7f\r\n", b"content-length: 3,3\r\n"),
                ]
            ),
            max_size=4,
        ),
        st.sampled_from(
            [LINE, b"GET / HTTP/1.1\r\n", b"GET /\xff HTTP/1.1\r\n", b"G@T / HTTP/1.1\r\n"]
        ),
    )
    def test_what_is_taken_another_parser_takes_and_reads_alike(
        self, noise: bytes, fields: list[bytes], line: bytes
    ) -> None:
        for data in (line + HOST + b"".join(fields), line + noise + b"\r\n" + HOST):
            heads: list[Asked] = []
            reader = Reader(LARGEST, heads.append, lambda _: None)
            try:
                reader.feed(data + b"\r\n")
            except (Refused, TooMuch):
                continue
            if not heads:
                continue
            ours = heads[0]
            other = h11.Connection(h11.SERVER)
            other.receive_data(data + b"\r\n")
            event = other.next_event()
            assert isinstance(event, h11.Request)
            assert event.method.decode() == ours.method
            theirs = dict(event.headers)
            assert set(theirs) == {name.encode("latin-1") for name in ours.fields}
            for name in (b"content-length", b"transfer-encoding"):
                assert theirs.get(name, b"") == ours.fields.get(name.decode(), "").encode()


class TestBodies:
    @given(st.binary(min_size=1, max_size=40), cuts)
    def test_requests_are_the_same_however_they_come(self, body: bytes, sizes: list[int]) -> None:
        one = LINE + HOST + b"content-length: %d\r\n\r\n%b" % (len(body), body)
        found = read(*cut(one + one, sizes))
        assert [asked.body for asked in found] == [body, body]

    @given(st.lists(st.binary(min_size=1, max_size=30), max_size=3), cuts)
    def test_chunks_are_put_together_and_what_trails_them_is_no_field(
        self, chunks: list[bytes], sizes: list[int]
    ) -> None:
        text = b"".join(b"%x;a=b\r\n%b\r\n" % (len(one), one) for one in chunks)
        head = LINE + HOST + b"transfer-encoding: chunked\r\n\r\n"
        after = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
        first, second = read(*cut(head + text + b"0\r\nx: y\r\n\r\n" + after, sizes))
        assert first.body == b"".join(chunks)
        assert "x" not in first.fields
        assert second.method == "GET"

    @pytest.mark.parametrize("size", [LARGEST, LARGEST + 1])
    def test_more_than_may_be_is_too_much(self, size: int) -> None:
        data = LINE + HOST + b"transfer-encoding: chunked\r\n\r\n%x\r\n" % size + b"a" * size
        if size <= LARGEST:
            assert read(data) == []
            return
        with pytest.raises(TooMuch) as found:
            read(data)
        assert found.value.size == size

    def test_what_stands_around_chunks_is_bounded_too(self) -> None:
        head = LINE + HOST + b"transfer-encoding: chunked\r\n\r\n0\r\nx: "
        with pytest.raises(TooMuch):
            read(head, *[b"y" * 30_000] * 3)

    @pytest.mark.parametrize(
        "text",
        [b"g\r\n", b"\r\n", b"-1\r\n", b"0x1\r\n", b"1\r\nab\r\n", b"1" * 17, b"1;a\nb"],
    )
    def test_what_are_no_chunks_is_refused(self, text: bytes) -> None:
        assert refused(LINE + HOST + b"transfer-encoding: chunked\r\n\r\n" + text) == 400
