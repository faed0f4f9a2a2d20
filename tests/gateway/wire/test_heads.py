"""Heads of requests: read as another parser reads them, and refused where two could differ."""

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.gateway.wire.heads import MOST_FIELDS, Refused, head_of

LINE = b"POST /v1/decide/a HTTP/1.1\r\n"
HOST = b"host: g\r\n"


def refused(data: bytes) -> int:
    """The status by which a head is refused."""
    with pytest.raises(Refused) as found:
        head_of(data)
    return found.value.status


class TestHeadOf:
    def test_names_are_lower_case_values_bare_and_the_query_is_left_out(self) -> None:
        head = head_of(
            b"POST /v1/decide/a%C3%A4?x=1 HTTP/1.1\r\nHost: g\r\nX-A:\t b c \r\nX-a: d\r\n"
            b"Content-Length: 7\r\nExpect: 100-Continue\r\n"
        )
        assert (head.method, head.path, head.length) == ("POST", "/v1/decide/aä", 7)
        assert head.fields["x-a"] == "b c, d"
        assert head.keep
        assert head.expects
        assert not head.chunked

    def test_a_target_may_name_the_server(self) -> None:
        assert head_of(b"GET http://g:1/a/b?c HTTP/1.1\r\n" + HOST).path == "/a/b"
        assert head_of(b"GET http://g HTTP/1.1\r\n" + HOST).path == "/"

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
        assert head_of(line + HOST + field).keep is keep

    @pytest.mark.parametrize(
        ("head", "status"),
        [
            (b"", 400),
            (b"GET / HTTP/2.0\r\n" + HOST, 400),
            (b"GET  / HTTP/1.1\r\n" + HOST, 400),
            (b"GET / HTTP/1.1\n" + HOST, 400),
            (b"GET a HTTP/1.1\r\n" + HOST, 400),
            (b"GET /%ff HTTP/1.1\r\n" + HOST, 400),
            (LINE, 400),
            (LINE + HOST + HOST, 400),
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
            (b"POST / HTTP/1.0\r\n" + HOST + b"transfer-encoding: chunked\r\n", 400),
            (LINE + HOST + b"a: b\r\n" * MOST_FIELDS, 431),
        ],
    )
    def test_what_could_be_understood_in_two_ways_is_refused(
        self, head: bytes, status: int
    ) -> None:
        assert refused(head) == status

    def test_a_long_line_of_blanks_costs_no_more_than_its_length(self) -> None:
        assert refused(LINE + HOST + b"a: " + b" " * 60_000 + b"\x00\r\n") == 400

    @given(
        st.binary(max_size=40),
        st.lists(
            st.sampled_from(
                [
                    *(
                        b"content-length: 3\r\n",
                        b"Content-Length:3 \r\n",
                        b"content-length: 3,3\r\n",
                    ),
                    *(b"transfer-encoding: chunked\r\n", b"transfer-encoding: identity\r\n"),
                    *(b"connection: close\r\n", b"x: y\r\n", b" folded\r\n", b"x y: z\r\n"),
                    *(b"host: g\r\n", b"\x0b: a\r\n", b"x:\x7f\r\n"),
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
            try:
                ours = head_of(data)
            except Refused:
                continue
            other = h11.Connection(h11.SERVER)
            other.receive_data(data + b"\r\n")
            event = other.next_event()
            assert isinstance(event, h11.Request)
            assert event.method.decode() == ours.method
            theirs = dict(event.headers)
            assert set(theirs) == {name.encode() for name in ours.fields}
            assert theirs.get(b"content-length", b"0") == str(ours.length).encode()
            assert (b"transfer-encoding" in theirs) is ours.chunked
