"""Writing rules about data as YAML, as a person would: it reads back as the same rules."""

from collections.abc import Mapping
from typing import Any

import yaml

from gonogo.checks.data.rules.asks import Compared, OneOf, RowCount
from gonogo.checks.data.rules.document import Document, Rule, Severity

WIDTH = 100


class _Quoted(str):
    """Text that is written in quotes, so that it cannot read as a number."""

    __slots__ = ()


class _OnOneLine(list[str]):
    """A list that is written in brackets."""


class _Dumper(yaml.SafeDumper):
    """Lists stand out from the field they belong to, and nothing is said by reference."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  # as the overridden
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # as the overridden
        return True


_Dumper.add_representer(
    _Quoted,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"'),
)
_Dumper.add_representer(
    _OnOneLine,
    lambda dumper, found: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", found, flow_style=True
    ),
)


def written(document: Document) -> str:
    """`document` as a file.

    >>> from gonogo.checks.data.rules.reading import parse
    >>> found = parse("{rules: loans, rows: [{at_least: 9, reason: fewer say nothing}]}")
    >>> print(written(found).rstrip())
    rules: loans
    rows:
      - at_least: 9
        reason: fewer say nothing
    """
    columns: dict[str, list[Mapping[str, Any]]] = {}
    for rule in document.rules:
        if len(rule.columns) == 1:
            columns.setdefault(rule.columns[0], []).append(_said(rule))
    parts = {
        "description": document.description,
        "rows": [_said(rule) for rule in document.rules if isinstance(rule.ask, RowCount)],
        "columns": columns,
        "together": [_said(rule) for rule in document.rules if len(rule.columns) > 1],
    }
    said = {"rules": document.dataset, **{name: part for name, part in parts.items() if part}}
    return str(
        yaml.dump(
            said,
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=False,
            width=WIDTH,
        )
    )


def _said(rule: Rule) -> dict[str, Any]:
    said: dict[str, Any] = dict(rule.ask.to_json())
    match rule.ask:
        case Compared(operator=operator):
            left, right = rule.columns
            said = {"compare": _OnOneLine([left, str(operator), right])}
        case OneOf(values=values):
            said = {"one_of": _OnOneLine([_Quoted(value) for value in values])}
        case _ if len(rule.columns) > 1:
            said = {"unique": _OnOneLine(rule.columns)}
    if rule.tolerate:
        said["tolerate"] = rule.tolerate
    if rule.severity is not Severity.ERROR:
        said["severity"] = str(rule.severity)
    return {**said, "reason": rule.reason}
