"""A file as rules see it, and what they say of it."""

import ast
import io
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a rule."""

    line: int
    """Counted from 1."""
    message: str
    """What is wrong and what to do instead."""


@dataclass(frozen=True)
class Source:
    """One tracked text file."""

    path: PurePosixPath
    """Relative to the root of the repository."""
    text: str

    @property
    def is_python(self) -> bool:
        """Whether rules about code apply."""
        return self.path.suffix == ".py"

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; raises `SyntaxError`."""
        return ast.parse(self.text, filename=str(self.path))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the tree, which most rules look through."""
        return list(ast.walk(self.tree))

    @cached_property
    def names(self) -> dict[str, str]:
        """What imported names stand for: `np` → `numpy`, `now` → `gonogo.core.times.now`."""
        known: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    known[bound] = alias.name if alias.asname else bound
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return known

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """Line and full name of everything imported, wherever it stands."""
        found: list[tuple[int, str]] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        return found

    def full_name(self, node: ast.AST) -> str:
        """`datetime.datetime.now` for `dt.datetime.now`; "" for what is no dotted name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.names.get(node.id, node.id), *reversed(parts)])

    def calls(self) -> Iterator[ast.Call]:
        """All calls."""
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def strings(self) -> Iterator[ast.Constant]:
        """All text constants, the pieces of f-strings among them."""
        return (
            node
            for node in self.nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )

    def comments(self) -> Iterator[tuple[int, str]]:
        """Line and text of each comment."""
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string

    def within(self, *places: str) -> bool:
        """Whether the file is one of `places` or lies below one that is a folder."""
        return any(self.path.is_relative_to(place) for place in places)


@dataclass(frozen=True, slots=True)
class Rule:
    """One habit, as a check of one file."""

    name: str
    """As it is printed."""
    find: Callable[[Source], Iterator[Finding]]
    """What breaks the rule in a file."""
    places: tuple[str, ...]
    """Where it holds."""
    besides: tuple[str, ...] = ()
    """Where it does not, although it is one of these places."""
    python_only: bool = True
    """Whether it looks at code, or at any text."""

    def holds_for(self, source: Source) -> bool:
        """Whether the file is subject to this rule."""
        if self.python_only and not source.is_python:
            return False
        return source.within(*self.places) and not source.within(*self.besides)
