"""The head of an HTTP/1 request, read strictly, after RFC 9110 and 9112.

What two servers could understand in two ways is refused: whoever stands before the gateway must see
the same requests as it does. Lines end with CR LF, no line is folded, a length is said once and in
digits, and never beside chunks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

LARGEST = 64 * 1024
"""Bytes of a head."""
MOST_FIELDS = 100
SHORT = 1024
"""Bytes of a head up to which it is remembered: requests of one client begin alike."""

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
# Quantifiers are possessive: whatever is sent, each byte is looked at once.
_HEAD = re.compile(
    rb"(" + _TOKEN + rb") ([!-~]++) HTTP/1\.([01])\r\n"
    rb"((?:" + _TOKEN + rb":[^\x00-\x08\x0a-\x1f\x7f]*+\r\n)*+)"
)
_DIGITS = re.compile(r"[0-9]{1,18}")
_ONCE = frozenset({"content-length", "host", "transfer-encoding", "authorization", "content-type"})
_AUTHORITY = re.compile(r"https?://[^/?#]+", re.IGNORECASE)


class Refused(Exception):
    """A request that is no HTTP, or none that is spoken here."""

    def __init__(self, status: int, why: str) -> None:
        """`why`: what would be right."""
        super().__init__(why)
        self.status, self.why = status, why


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What stands before the body."""

    method: str
    path: str
    """Without query, percent-decoded."""
    fields: Mapping[str, str]
    """By name in lower case; several of one name are joined by commas."""
    length: int
    """Of the body; 0 where there is none, or where it comes in chunks."""
    chunked: bool
    keep: bool
    """Whether the connection stays open after the answer."""
    expects: bool
    """Whether the client waits to be told that the body is wanted."""


def head_of(data: bytes) -> Head:
    """The head in `data`, which ends with the last field's CR LF; raises `Refused`."""
    return _known(data) if len(data) <= SHORT else _read(data)


def _read(data: bytes) -> Head:
    found = _HEAD.fullmatch(data)
    if found is None:
        raise Refused(400, "a request line of HTTP/1.1 and fields, each on a line of its own")
    method, target, minor, lines = found.groups()
    fields = _fields(lines.decode("latin-1"))
    newer = minor == b"1"
    if newer and "host" not in fields:
        raise Refused(400, "a field Host")
    coding = fields.get("transfer-encoding")
    chunked = coding is not None
    if chunked and (not newer or "content-length" in fields):
        raise Refused(400, "a length or chunks, not both; chunks with HTTP/1.1 alone")
    if coding is not None and coding.lower() != "chunked":
        raise Refused(501, "chunked as the only transfer coding")
    length = fields.get("content-length", "0")
    if not _DIGITS.fullmatch(length):
        raise Refused(400, "a Content-Length in digits")
    wishes = fields.get("connection", "").lower()
    keep = "close" not in wishes if newer else "keep-alive" in wishes
    expects = newer and fields.get("expect", "").lower() == "100-continue"
    path = _path(target.decode("ascii"))
    return Head(method.decode("ascii"), path, fields, int(length), chunked, keep, expects)


_known = lru_cache(maxsize=512)(_read)


def _fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    lines = text.split("\r\n")
    if len(lines) > MOST_FIELDS + 1:
        raise Refused(431, f"at most {MOST_FIELDS} fields")
    for line in lines[:-1]:
        name, _, value = line.partition(":")
        name, value = name.lower(), value.strip(" \t")
        before = fields.get(name)
        if before is None:
            fields[name] = value
        elif name in _ONCE:
            raise Refused(400, f"one field {name}")
        else:
            fields[name] = f"{before}, {value}"
    return fields


def _path(target: str) -> str:
    if not target.startswith("/"):
        # What is sent to a proxy names the server too.
        named = _AUTHORITY.match(target)
        if named is None:
            raise Refused(400, "a path that begins with /")
        target = target[named.end() :]
        if not target.startswith("/"):
            target = f"/{target}"
    path = target.partition("?")[0]
    if "%" not in path:
        return path
    try:
        return unquote(path, errors="strict")
    except UnicodeDecodeError as error:
        raise Refused(400, "a path in UTF-8") from error
