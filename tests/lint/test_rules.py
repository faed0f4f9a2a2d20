"""Each rule finds what it is there for, and lets pass what it is not."""

import sys
from pathlib import Path, PurePosixPath

import pytest

from lint import product_words
from lint.__main__ import check
from lint.source import Rule, Source
from lint.table import RULES

HEAD = '"""A file."""\n'

# rule, where, what is written there
FOUND = [
    ("commit-in-work", "src/gonogo/domain/cases/actions.py", "work.connection.commit()"),
    ("commit-in-work", "src/gonogo/store/ledger.py", "with engine.begin() as connection: pass"),
    ("commit-in-work", "src/gonogo/store/files.py", "cursor.execute('commit;')"),
    (
        "ledger-insert",
        "src/gonogo/store/work.py",
        "from gonogo.store.ledger import ledger\nconnection.execute(ledger.insert())",
    ),
    (
        "ledger-insert",
        "src/gonogo/domain/gates/tables.py",
        "from sqlalchemy import delete\nfrom gonogo.store import ledger\ndelete(ledger.current)",
    ),
    ("ledger-insert", "src/gonogo/app/repair.py", "run('INSERT  INTO ledger VALUES (1)')"),
    ("ledger-insert", "src/gonogo/app/repair.py", "run(f'update ledger_head SET position = {n}')"),
    ("one-clock", "src/gonogo/store/work.py", "import datetime as dt\ndt.datetime.now(dt.UTC)"),
    ("one-clock", "src/gonogo/core/chain.py", "from time import time\ntime()"),
    ("one-clock", "src/gonogo/core/chain.py", "from datetime import date\ntoday = date.today"),
    ("one-clock", "src/gonogo/store/schema.py", "from sqlalchemy import func\nfunc.now()"),
    ("one-clock", "tests/core/test_times.py", "import time\ntime.time()"),
    ("one-clock", "src/gonogo/sdk/client.py", "import time\ntime.perf_counter()"),
    ("no-sql-in-interfaces", "src/gonogo/interfaces/api/cases.py", "from sqlalchemy import text"),
    ("no-sql-in-interfaces", "src/gonogo/interfaces/jobs/tail.py", "import sqlite3"),
    ("no-sql-in-interfaces", "src/gonogo/interfaces/web/board.py", "work.connection.execute(q)"),
    ("no-assert", "src/gonogo/core/chain.py", "assert position > 0"),
    ("no-pickle", "src/gonogo/integrations/files.py", "import pickle"),
    ("no-pickle", "src/gonogo/integrations/files.py", "from joblib import load\nload(path)"),
    (
        "no-pickle",
        "src/gonogo/checks/data/declared.py",
        "import numpy\nnumpy.load(f, allow_pickle=True)",
    ),
    ("hidden-imports", "src/gonogo/store/files.py", "def _open():\n    import json"),
    ("hidden-imports", "src/gonogo/core/chain.py", "def _f():\n    from gonogo.core import times"),
    ("no-skips", "tests/core/test_chain.py", "import pytest\npytest.skip('later')"),
    ("no-skips", "tests/core/test_chain.py", "from pytest import mark\n@mark.xfail\ndef f(): ..."),
    ("docstrings", "src/gonogo/core/chain.py", "def seal(): return 1"),
    ("docstrings", "src/gonogo/core/chain.py", "class Entry: pass"),
    ("docstrings", "src/gonogo/core/roles.py", "class Role(StrEnum):\n    ADMIN = 'admin'"),
    (
        "docstrings",
        "src/gonogo/core/chain.py",
        'class Entry:\n    """An entry."""\n    def text(self): return ""',
    ),
    ("reasons", "src/gonogo/core/chain.py", "x = y  # type: ignore[misc]"),
    ("reasons", "tests/core/test_chain.py", "x = y  # noqa: S101"),
    ("reasons", "src/gonogo/core/chain.py", "x = y  # type: ignore[misc]  # noqa: S101"),
]

PASSES = [
    ("commit-in-work", "src/gonogo/store/work.py", "transaction.commit()"),
    ("commit-in-work", "tests/store/test_work.py", "connection.commit()"),
    ("commit-in-work", "src/gonogo/sdk/runs.py", "commit = repository.head.commit"),
    (
        "ledger-insert",
        "src/gonogo/store/ledger.py",
        "from gonogo.store.ledger import ledger\nledger.insert()",
    ),
    ("ledger-insert", "src/gonogo/domain/cases/tables.py", "cases.insert().values(slug=1)"),
    ("ledger-insert", "src/gonogo/views/trail.py", "run('SELECT * FROM ledger')"),
    ("one-clock", "src/gonogo/core/times.py", "from datetime import datetime\ndatetime.now()"),
    ("one-clock", "src/gonogo/store/work.py", "now = clock()\nwork.now"),
    ("one-clock", "src/gonogo/checks/latency.py", "import time\ntime.perf_counter()"),
    ("no-sql-in-interfaces", "src/gonogo/domain/cases/reads.py", "from sqlalchemy import select"),
    ("no-sql-in-interfaces", "src/gonogo/interfaces/api/kit.py", "request.connection"),
    ("no-assert", "tests/core/test_chain.py", "assert True"),
    ("no-assert", "src/gonogo/core/chain.py", "assert_never(never)"),
    ("no-pickle", "src/gonogo/checks/data/declared.py", "import json\njson.load(f)"),
    ("hidden-imports", "src/gonogo/store/files.py", "def _open():\n    import fsspec"),
    ("hidden-imports", "src/gonogo/__init__.py", "def _f():\n    import gonogo.app.inprocess"),
    ("docstrings", "src/gonogo/core/chain.py", "def _seal(): return 1"),
    ("docstrings", "src/gonogo/core/errors.py", "class Stale(Conflict):\n    title = 'Older'"),
    (
        "docstrings",
        "src/gonogo/core/chain.py",
        'class E:\n  """E."""\n  def __len__(self): return 1\n  @property\n  def n(self): return 1',
    ),
    ("docstrings", "tests/core/test_chain.py", "def test_seal(): return 1"),
    ("reasons", "src/gonogo/core/chain.py", "x = y  # type: ignore[misc]  # four columns"),
    ("reasons", "src/gonogo/core/chain.py", "text = '# type: ignore'"),
]


def names(path: str, text: str) -> list[str]:
    """The rules that `text` at `path` breaks."""
    return [rule.name for rule, _ in check(Source(PurePosixPath(path), text))]


@pytest.mark.parametrize(("rule", "path", "text"), FOUND)
def test_finds(rule: str, path: str, text: str) -> None:
    assert names(path, HEAD + text + "\n") == [rule]


@pytest.mark.parametrize(("rule", "path", "text"), PASSES)
def test_lets_pass(rule: str, path: str, text: str) -> None:
    assert rule not in names(path, HEAD + text + "\n")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_tells_why(rule: Rule) -> None:
    """The docstring of its file is a reason: more than its first line."""
    why = sys.modules[rule.find.__module__].__doc__
    assert why is not None
    assert len(why.strip().splitlines()) > 2


def test_every_rule_is_in_the_table() -> None:
    """A rule's file that is not in the table would never be asked."""
    folder = Path(product_words.__file__).parent
    files = {path.stem for path in folder.glob("[a-z]*.py")}
    asked = {rule.find.__module__.removeprefix("lint.") for rule in RULES}
    assert files - asked == {"source", "table"}


class TestFileDocstring:
    PATH = "tests/core/test_chain.py"

    @pytest.mark.parametrize(
        "text", ["import os\n", '\n\n"""Late."""\n', "# A comment\nimport os\n", '# C\n"""Late."""']
    )
    def test_finds_a_file_that_begins_with_something_else(self, text: str) -> None:
        assert names(self.PATH, text) == ["file-docstring"]

    @pytest.mark.parametrize("text", ["", '"""What."""\n', '#!/usr/bin/env python3\n"""What."""\n'])
    def test_lets_pass(self, text: str) -> None:
        assert names(self.PATH, text) == []


class TestPortableText:
    @pytest.mark.parametrize(
        "line",
        [
            "see " + "/ho" + "me/somebody/notes",
            "cd '" + "/ro" + "ot/project'",
            "open(" + "/wo" + "rk/main/x)",
            "https://py" + "pi.org/simple",
            "--index" + "-url https://mirror.example",
        ],
    )
    def test_finds(self, line: str) -> None:
        assert names("docs/guide.md", line) == ["portable-text"]

    @pytest.mark.parametrize(
        "line",
        [
            "gonogo/store/root/table",
            "https://example.org/home/somebody/x",
            "$HOME/root/x",
            "GET /workshops/1",
            "uv pip compile --no-emit-index-url --universal",
        ],
    )
    def test_lets_pass(self, line: str) -> None:
        assert names("docs/guide.md", line) == []


class TestProductWords:
    WORDS = frozenset({product_words.digest_of("hammer")})

    def found(self, text: str) -> list[int]:
        """Lines that name a hammer."""
        source = Source(PurePosixPath("README.md"), text)
        return [finding.line for finding in product_words.find(source, self.WORDS)]

    def test_finds_the_word_in_any_case_with_its_line(self) -> None:
        assert self.found("Use a nail.\nThe HAMMER-made one.") == [2]

    def test_a_longer_word_is_another_word(self) -> None:
        assert self.found("hammering hammers") == []
