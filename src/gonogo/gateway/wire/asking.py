"""Requests as llhttp reads them from a connection, held to what is spoken here.

llhttp refuses what is no HTTP, and what two servers could read in two ways: two lengths, a length
beside chunks, folded lines. Refused besides is what it leaves to whoever asks it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

import httptools

from gonogo.gateway.exchange import Response

LARGEST_HEAD = 64 * 1024
"""Bytes of a head."""
MOST_FIELDS = 100
CHUNKED = 2
"""What comes may be so many times its body, for what stands around chunks."""
_ONCE = frozenset({"content-length", "host", "transfer-encoding", "authorization", "content-type"})
_UPGRADE = frozenset({"upgrade", "connection", "http2-settings"})
_VERSIONS = frozenset({"1.0", "1.1"})


class Refused(Exception):
    """A request that is no HTTP, or none that is spoken here."""

    def __init__(self, status: int, why: str) -> None:
        """`why`: what would be right."""
        super().__init__(why)
        self.status, self.why = status, why


class TooMuch(Exception):
    """A body of more bytes than may be; `size`: those that came so far."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


@dataclass(slots=True, eq=False)
class Asked:
    """A request, or as much of it as came."""

    method: str = ""
    path: str = ""
    """Without query, percent-decoded."""
    fields: dict[str, str] = field(default_factory=dict)
    """By name in lower case; several of one name are joined by commas."""
    pieces: list[bytes] = field(default_factory=list)
    """Of its body."""
    size: int = 0
    """Bytes of them."""
    keep: bool = False
    """Whether the connection stays open after the answer."""
    headed: bool = False
    """Whether its head is whole."""
    whole: bool = False
    """Whether all of it came."""
    refusal: Response | None = None
    """The answer to it, where its body is not asked for."""
    answered: bool = False
    """Whether that was sent before its body came."""

    @property
    def body(self) -> bytes:
        """All that came of it."""
        return self.pieces[0] if len(self.pieces) == 1 else b"".join(self.pieces)

    @property
    def expects(self) -> bool:
        """Whether the client waits to be told that the body is wanted."""
        return self.fields.get("expect", "").lower() == "100-continue"


class Reader:
    """Reads requests, one after the other, from the bytes of a connection."""

    def __init__(
        self, largest: int, headed: Callable[[Asked], None], whole: Callable[[Asked], None]
    ) -> None:
        """`headed` is told of each head and `whole` of each body; `largest`: bytes of a body."""
        self._largest, self._headed, self._whole = largest, headed, whole
        self._parser = httptools.HttpRequestParser(self)
        self._url: list[bytes] = []
        self._came = 0
        """Bytes of the head or of the body that is being read."""
        self._fields = 0
        self._broken: Exception | None = None
        self._again: bytes | None = None
        """The head anew, without the wish to speak another protocol."""
        self.asked: Asked | None = None
        """The request that is being read; None between two."""

    def feed(self, data: bytes) -> None:
        """Take what came; raises `Refused` and `TooMuch`, after which nothing more is read."""
        self._came += len(data)
        rest = data
        while rest:
            try:
                self._parser.feed_data(rest)
                rest = b""
            except httptools.HttpParserUpgrade as upgrade:
                # Whoever offers another protocol may be answered in this one; llhttp takes the body
                # for part of the other.
                rest = (self._again or b"") + rest[upgrade.args[0] :]
                self._again = None
                self._parser = httptools.HttpRequestParser(self)
            except httptools.HttpParserError as error:
                raise self._broken or Refused(400, f"a request of HTTP/1.1: {error}") from error
        if self._broken is not None:
            raise self._broken
        self._bounded()

    def _bounded(self) -> None:
        if self.asked is None or not self.asked.headed:
            if self._came > LARGEST_HEAD:
                raise Refused(431, f"a head below {LARGEST_HEAD} bytes")
        elif self._came > LARGEST_HEAD + CHUNKED * self._largest:
            raise TooMuch(self._came)

    def on_message_begin(self) -> None:
        """A request begins."""
        self.asked = Asked()
        self._url, self._fields = [], 0

    def on_url(self, url: bytes) -> None:
        """Take its target, or a piece of it."""
        self._url.append(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field; those that trail a body are forgotten."""
        asked = self.asked
        if asked is None or asked.headed:
            return
        self._fields += 1
        if self._fields > MOST_FIELDS:
            self._broken = Refused(431, f"at most {MOST_FIELDS} fields")
        named = name.decode("latin-1").lower()
        said = value.decode("latin-1").strip(" \t")
        before = asked.fields.get(named)
        if before is None:
            asked.fields[named] = said
        elif named in _ONCE:
            self._broken = Refused(400, f"one field {named}")
        else:
            asked.fields[named] = f"{before}, {said}"

    def on_headers_complete(self) -> None:
        """The head is whole."""
        asked, parser = self.asked, self._parser
        if asked is None or self._broken is not None:
            return
        try:
            _checked(asked, parser.get_http_version())
            asked.path = _path(b"".join(self._url))
        except Refused as refused:
            self._broken = refused
            return
        asked.method = parser.get_method().decode("ascii")
        if parser.should_upgrade():
            self._again = _without_upgrade(asked, b"".join(self._url), parser.get_http_version())
            return
        asked.keep = parser.should_keep_alive()
        asked.headed = True
        self._came = 0
        self._headed(asked)

    def on_body(self, body: bytes) -> None:
        """Take a piece of its body."""
        asked = self.asked
        if asked is None or asked.refusal is not None or self._broken is not None:
            return
        asked.size += len(body)
        if asked.size > self._largest:
            self._broken = TooMuch(asked.size)
            return
        asked.pieces.append(body)

    def on_message_complete(self) -> None:
        """All of it came."""
        asked, self.asked = self.asked, None
        self._came = 0
        if asked is not None and asked.headed and self._broken is None:
            asked.whole = True
            self._whole(asked)


def _checked(asked: Asked, version: str) -> None:
    """Refuse what llhttp leaves to us."""
    if version not in _VERSIONS:
        raise Refused(505, "HTTP/1.1")
    if version == "1.1" and "host" not in asked.fields:
        raise Refused(400, "a field Host")
    coding = asked.fields.get("transfer-encoding")
    if coding is None:
        return
    if version == "1.0":
        raise Refused(400, "chunks with HTTP/1.1 alone")
    if coding.lower() != "chunked":
        raise Refused(501, "chunked as the only transfer coding")


def _without_upgrade(asked: Asked, url: bytes, version: str) -> bytes:
    lines = [f"{name}: {said}" for name, said in asked.fields.items() if name not in _UPGRADE]
    first = asked.method.encode("ascii") + b" " + url + f" HTTP/{version}\r\n".encode()
    return first + "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n"


def _path(url: bytes) -> str:
    if not url.startswith(b"/"):
        # What is sent to a proxy names the server too.
        try:
            found = httptools.parse_url(url)
        except httptools.HttpParserInvalidURLError as error:
            raise Refused(400, "a path that begins with /") from error
        if found.schema not in (b"http", b"https"):
            raise Refused(400, "a path that begins with /")
        url = found.path or b"/"
    try:
        path = url.partition(b"?")[0].partition(b"#")[0].decode("ascii")
        return unquote(path, errors="strict") if "%" in path else path
    except UnicodeDecodeError as error:
        raise Refused(400, "a path in UTF-8") from error
