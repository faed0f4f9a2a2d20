"""What a gateway writes down when something goes wrong, as it lies in a file: one JSON a line."""

import msgspec

NAME = "incidents.jsonl"
BEFORE = "incidents.1.jsonl"
"""The file before, in place of the one before that: both together are bounded."""


class Trouble(msgspec.Struct, frozen=True):
    """Something that went wrong."""

    at: int
    """Microseconds since 1970, UTC."""
    case: str
    """The use case; what of a gateway it is about, where it is about none."""
    arm: str
    model: str | None
    why: str
    """raised, hangs, no-number, no-reasons or not-loaded; clock-back, ids-forgotten."""
    detail: str
    times: int
    """How often since it was told last."""
    snapshot: int


read = msgspec.json.Decoder(Trouble).decode
"""A line; raises `msgspec.DecodeError`."""
