"""Text speaks of the product, not of the tools it was written with.

Readers want to know what gonogo does and why. The words are kept as digests, so that this file
keeps to its own rule; `digest_of` makes one.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from hashlib import sha256

from lint.source import Finding, Source

WORD = re.compile(r"[a-z]{5,}")
WORDS = frozenset(
    {
        "c857d09db23e6822",
        "c70eca6b0f88f44d",
        "60965168ce762e94",
        "3ea125d0bff386e6",
        "57de4cf40144bdf7",
        "94a168d2da574b00",
        "d298391b07433318",
        "ead627e2b11190fd",
        "5d0c0ab127fdea24",
    }
)


def digest_of(word: str) -> str:
    """How `word` is kept."""
    return sha256(word.encode()).hexdigest()[:16]


def find(source: Source, words: AbstractSet[str] = WORDS) -> Iterator[Finding]:
    """Lines with one of `words`, given as digests."""
    text = source.text.lower()
    named = {word for word in set(WORD.findall(text)) if digest_of(word) in words}
    if not named:
        return
    for number, line in enumerate(text.splitlines(), 1):
        for word in sorted(named & set(WORD.findall(line))):
            yield Finding(number, f"{word!r} is a tool of the makers; speak of the product")
