"""What evidence, decisions and permissions attach to: everything has one address in one tree."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from gonogo.core.errors import Invalid


class SubjectKind(StrEnum):
    """The things that have an address."""

    ORGANISATION = "org"
    CASE = "case"
    HYPOTHESIS = "hypothesis"
    RUN = "run"
    DATASET = "dataset"
    MODEL = "model"
    POLICY = "policy"
    REVIEW = "review"
    RISK = "risk"
    USER = "user"
    TOKEN = "token"  # noqa: S105  # the word, not a secret


KINDS = {str(kind): kind for kind in SubjectKind}

# Only characters that JSON writes as they are, so that an address never needs escaping.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,99}(?:/[A-Za-z0-9][A-Za-z0-9._%+-]{0,99})?")
VERSION = re.compile(r"[A-Za-z0-9._-]{1,64}")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """An address: `kind:name` or `kind:name@version`.

    >>> Subject.parse("model:mortgage-approver@3").version
    '3'
    >>> str(Subject.parse("hypothesis:mortgage-approval/trees-beat-scorecard"))
    'hypothesis:mortgage-approval/trees-beat-scorecard'
    """

    kind: SubjectKind
    name: str
    version: str | None = None

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise Invalid(
                field="subject",
                value=self.name,
                expected="a name of letters, digits and . _ % + - (one / at most), up to 100 long",
            )
        if self.version is not None and not VERSION.fullmatch(self.version):
            raise Invalid(
                field="subject",
                value=self.version,
                expected="a version of letters, digits and . _ -, up to 64 long",
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """The subject written as `text`; raises `Invalid` where it is not an address."""
        kind, colon, rest = text.partition(":")
        known = KINDS.get(kind)
        if not colon or known is None:
            raise Invalid(
                field="subject",
                value=text,
                expected=f"kind:name or kind:name@version, kind one of {', '.join(SubjectKind)}",
            )
        name, at, version = rest.partition("@")
        return cls(known, name, version if at else None)

    def __str__(self) -> str:
        version = "" if self.version is None else f"@{self.version}"
        return f"{self.kind}:{self.name}{version}"


ORGANISATION = Subject(SubjectKind.ORGANISATION, "gonogo")
"""The root of the tree: a grant here holds everywhere."""


def slug(field: str, text: str) -> str:
    """`text` if it can be a name in an address and in a URL; raises `Invalid` otherwise."""
    if not SLUG.fullmatch(text):
        raise Invalid(
            field=field,
            value=text,
            expected="lower-case letters, digits and hyphens, 1 to 64 long: fraud-detection",
        )
    return text
