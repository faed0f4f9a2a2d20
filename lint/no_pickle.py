"""Nothing that may run code is loaded.

A pickle is a program. A model file comes from whoever may write to the file store, so loading one
would let them act as the server. Models are kept as ONNX, as skops with its list of trusted types,
or as LightGBM's own text.
"""

import ast
from collections.abc import Iterator

from lint.source import Finding, Source

MODULES = ("pickle", "cloudpickle", "dill", "shelve", "marshal", "_pickle")
CALLS = frozenset(
    {
        "joblib.load",
        "pandas.read_pickle",
        "torch.load",
        "mlflow.pyfunc.load_model",
        "mlflow.sklearn.load_model",
        "mlflow.lightgbm.load_model",
    }
)


def find(source: Source) -> Iterator[Finding]:
    """Imports of pickling modules, and calls that unpickle behind the scenes."""
    for line, name in source.imports:
        if name.partition(".")[0] in MODULES:
            yield Finding(line, f"{name}: a pickle is a program; keep models as ONNX or skops")
    for call in source.calls():
        name = source.full_name(call.func)
        if name in CALLS or _allows_pickle(call):
            yield Finding(call.lineno, f"{name} may run code from the file; use ONNX or skops")


def _allows_pickle(call: ast.Call) -> bool:
    return any(
        given.arg == "allow_pickle"
        and isinstance(given.value, ast.Constant)
        and given.value.value is True
        for given in call.keywords
    )
