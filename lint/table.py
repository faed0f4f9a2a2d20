"""All rules of ours: where each holds, and where it does not."""

from lint import (
    commit_in_work,
    docstrings,
    file_docstring,
    hidden_imports,
    ledger_insert,
    no_assert,
    no_pickle,
    no_skips,
    no_sql_in_interfaces,
    one_clock,
    portable_text,
    product_words,
    reasons,
)
from lint.source import Rule

PACKAGE = ("src",)
EVERYWHERE = (".",)
MIGRATIONS = "src/gonogo/store/migrations"

RULES = (
    # Migrations run in transactions of Alembic's; MLflow's tables are none of ours.
    Rule(
        "commit-in-work",
        commit_in_work.find,
        PACKAGE,
        ("src/gonogo/store/work.py", MIGRATIONS, "src/gonogo/integrations/mlflow"),
    ),
    Rule("ledger-insert", ledger_insert.find, PACKAGE, ("src/gonogo/store/ledger.py",)),
    Rule(
        "one-clock",
        one_clock.find,
        ("src", "tests", "benchmarks", "docs"),
        ("src/gonogo/core/times.py",),
    ),
    Rule("no-sql-in-interfaces", no_sql_in_interfaces.find, ("src/gonogo/interfaces",)),
    Rule("no-assert", no_assert.find, PACKAGE),
    Rule("no-pickle", no_pickle.find, PACKAGE),
    # The client loads in a blink, and the command's help faster still: they load when called.
    Rule(
        "hidden-imports",
        hidden_imports.find,
        PACKAGE,
        ("src/gonogo/__init__.py", "src/gonogo/interfaces/cli", "src/gonogo/sdk/runs.py"),
    ),
    Rule("no-skips", no_skips.find, ("tests",)),
    Rule("file-docstring", file_docstring.find, EVERYWHERE),
    Rule("docstrings", docstrings.find, ("src", "lint", "tools", "benchmarks")),
    Rule("reasons", reasons.find, EVERYWHERE),
    Rule("portable-text", portable_text.find, EVERYWHERE, python_only=False),
    Rule("product-words", product_words.find, EVERYWHERE, python_only=False),
)
