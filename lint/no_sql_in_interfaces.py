"""No SQL in interfaces.

An interface parses, calls and answers. A query in a route is a question that the command line, the
jobs and the tests of the room cannot ask; it belongs into the room's reads.py or into views.
"""

import ast
from collections.abc import Iterator

from lint.source import Finding, Source

LIBRARIES = ("sqlalchemy", "sqlite3", "psycopg")
ATTRIBUTES = ("exec_driver_sql", "connection")


def find(source: Source) -> Iterator[Finding]:
    """Imports of a database library, and statements sent through a Work's connection."""
    for line, name in source.imports:
        if name.partition(".")[0] in LIBRARIES:
            yield Finding(line, f"{name}: ask a room's reads.py or views instead")
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and source.full_name(node) in {
            f"work.{attribute}" for attribute in ATTRIBUTES
        }:
            yield Finding(node.lineno, "work.connection is for rooms, views and store")
