"""What is public has a docstring.

Its meaning, range, unit and errors are not in its name. Left out is what has no more to say than
its signature: dunder methods, overrides, overloads, what is nested in a function, properties of one
line, and a subclass that only sets attributes of its base (members of an enum have capitals).
"""

import ast
from collections.abc import Iterator

from lint.source import Finding, Source

EXEMPT = ("override", "overload", "setter")
PROPERTIES = ("property", "cached_property", "computed_field")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def find(source: Source) -> Iterator[Finding]:
    """Public functions, classes and methods without a docstring."""
    yield from _bare(source.tree.body, within="")


def _bare(body: list[ast.stmt], within: str) -> Iterator[Finding]:
    for node in body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        name = f"{within}{node.name}"
        if ast.get_docstring(node) is None and not _speaks_for_itself(node):
            yield Finding(node.lineno, f"{name} is public: say what it is or does in a docstring")
        if isinstance(node, ast.ClassDef):
            yield from _bare(node.body, within=f"{name}.")


def _speaks_for_itself(node: Function | ast.ClassDef) -> bool:
    decorators = {_name(decorator) for decorator in node.decorator_list}
    if decorators & set(EXEMPT):
        return True
    if isinstance(node, ast.ClassDef):
        return bool(node.bases) and all(_sets_attribute(statement) for statement in node.body)
    return bool(decorators & set(PROPERTIES)) and len(node.body) == 1


def _sets_attribute(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and all(
        isinstance(target, ast.Name) and target.id.islower() for target in statement.targets
    )


def _name(decorator: ast.expr) -> str:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    if isinstance(decorator, ast.Attribute):
        return decorator.attr
    return decorator.id if isinstance(decorator, ast.Name) else ""
