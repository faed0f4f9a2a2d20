"""Files that people write, as YAML nodes that know their line; a refusal names field and line."""

import difflib
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from gonogo.core.errors import Invalid

MOST_CHARACTERS = 32 * 1024
"""Such a file is read by people; what is longer is a mistake or an attack."""
MOST_DEPTH = 12
POLICY = "policy"
"""What the file is, where nothing else is said."""

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
WHOLE = re.compile(r"[-+]?\d+")
SWITCHES = {"true": True, "false": False}
PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "timestamp")}


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the file, and the way to it: `gates.production.conditions[0]`."""

    node: yaml.Node
    path: str
    file: str = ""
    """The file it stands in, where that is not the one being read."""
    what: str = POLICY
    """What the file is."""

    @property
    def line(self) -> int:
        """The line it begins on, from 1."""
        return int(self.node.start_mark.line) + 1

    def below(self, name: str, node: yaml.Node) -> "Place":
        """The field `name` of this place."""
        return Place(node, f"{self.path}.{name}" if self.path else name, self.file, self.what)

    def refuse(self, expected: str, value: object = None) -> NoReturn:
        """Raise `Invalid` naming this field and its line."""
        where = f"line {self.line}" if not self.file else f"{self.file}, line {self.line}"
        given = self.scalar if value is None else value
        raise Invalid(
            field=f"{self.path or self.what} ({where})",
            value=given,
            expected=expected,
            message=f"The {self.what} is wrong",
        )

    @property
    def scalar(self) -> str | None:
        """What is written there, None for a list or an object."""
        return self.node.value if isinstance(self.node, yaml.ScalarNode) else None

    @property
    def is_object(self) -> bool:
        """Whether fields with values stand there."""
        return isinstance(self.node, yaml.MappingNode)

    # -- reading what a field must be ------------------------------------------------------

    def mapping(self, known: Iterable[str] | None, what: str) -> dict[str, "Place"]:
        """The fields of an object; refuses those that are not `known` and those said twice."""
        if not isinstance(self.node, yaml.MappingNode):
            self.refuse(f"{what}: fields with values", _kind(self.node))
        found: dict[str, Place] = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:null":
                Place(key, self.path, self.file, self.what).refuse(
                    f"{what}: names of fields", _kind(key)
                )
            field = self.below(key.value, key)
            if known is not None and key.value not in known:
                field.refuse(_one_of(key.value, known, what), key.value)
            if key.value in found:
                field.refuse("each field once", key.value)
            found[key.value] = self.below(key.value, value)
        return found

    def items(self, what: str) -> Iterator["Place"]:
        """The members of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.refuse(f"a list of {what}", self.scalar or _kind(self.node))
        for index, node in enumerate(self.node.value):
            yield Place(node, f"{self.path}[{index}]", self.file, self.what)

    def text(self, what: str) -> str:
        """A word or a sentence."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            self.refuse(what, self.scalar or _kind(self.node))
        if self.node.style is None and self.node.tag != "tag:yaml.org,2002:str":
            self.refuse(f"{what}, as text (in quotes if it looks like something else)")
        return str(self.node.value)

    def number(self) -> float:
        """A finite number."""
        value = self.value("a number")
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse("a number")
        if not math.isfinite(value):
            self.refuse("a finite number")
        return float(value)

    def switch(self) -> bool:
        """True or false, so written."""
        value = self.value("true or false")
        if not isinstance(value, bool):
            self.refuse("true or false")
        return value

    def value(self, what: str) -> str | int | float | bool:
        """A single value as it reads: a number, true, false or text."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.refuse(what, _kind(self.node))
        text: str = self.node.value
        if self.node.style is not None:
            return text
        if WHOLE.fullmatch(text) and len(text) <= 18:
            return int(text)
        if NUMBER.fullmatch(text):
            return float(text)
        if text in SWITCHES:
            return SWITCHES[text]
        if self.node.tag != "tag:yaml.org,2002:str":
            # YAML reads `yes`, `1:30`, `0x1f` and empty values as other things than they look.
            self.refuse(f"{what} (write true, false, a decimal number, or text in quotes)")
        return text


def read(text: str, file: str = "", *, what: str = POLICY, most: int = MOST_CHARACTERS) -> Place:
    """The one document in `text`, which is `what`, from `file` where that is not the one read.

    `most`: characters it may have. Raises `Invalid` where it is no plain YAML of decent size.
    """
    if len(text) > most:
        raise Invalid(
            field=file or "text",
            value=f"{len(text):,} characters",
            expected=f"a {what} of at most {most:,}",
        )
    try:
        _plain(text, file, what)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(str(error.problem or error.context), mark, file, what) from error
    except yaml.YAMLError as error:
        raise _unreadable(str(error).partition("\n")[0], None, file, what) from error
    if node is None:
        raise Invalid(
            field=file or "text", value=text[:80], expected=f"a {what}, not an empty file"
        )
    return Place(node, "", file, what)


def _plain(text: str, file: str, what: str) -> None:
    """Refuse what makes a small file mean something large or something else than it shows."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        tag = getattr(event, "tag", None)
        problem = None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            problem = "an anchor or alias; write it out"
        elif tag is not None and tag not in PLAIN_TAGS:
            problem = f"the tag {tag}; such files have none"
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            problem = "nested too deeply" if depth > MOST_DEPTH else None
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if problem is not None:
            raise _unreadable(problem, event.start_mark, file, what)


def _unreadable(problem: str, mark: Any, file: str, what: str) -> Invalid:
    line = "" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}"
    return Invalid(
        field=f"{file or 'text'} ({line})" if line else file or "text",
        value=problem,
        expected="plain YAML",
        message=f"The {what} cannot be read",
    )


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "fields with values"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return str(node.value) or "nothing"


def _one_of(name: str, known: Iterable[str], what: str) -> str:
    listed = list(known)
    near = nearest(name, listed)
    return f"{what} with the fields {', '.join(listed)}" + (
        f"; did you mean {near}?" if near else ""
    )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """That of `known` which `name` is most likely a slip of, if any is near.

    >>> nearest("fairness.selection_ratio", ["fairness.selection_rate_ratio", "data.drift"])
    'fairness.selection_rate_ratio'
    """
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
