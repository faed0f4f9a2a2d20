"""What it takes to load a model, as pip writes it, where its format tells: nobody need find out."""

from collections.abc import Iterable
from importlib.metadata import version

SKLEARN = ("scikit-learn", "skops", "numpy", "scipy")
LIGHTGBM = ("lightgbm", "numpy", "scipy")
ONNX = ("onnx", "onnxruntime", "numpy")
OF_SKLEARN = {"sklearn", "numpy", "scipy"}
"""Packages whose types are loaded by what `SKLEARN` names."""


def pinned(packages: Iterable[str]) -> list[str]:
    """Each package in the version that is installed."""
    return [f"{name}=={version(name)}" for name in packages]


def of_types(names: Iterable[str]) -> dict[str, list[str]]:
    """What MLflow is told of an estimator that holds these types besides those skops trusts.

    Nothing where one of them is of another package or of the caller's own: MLflow finds that out.

    >>> sorted(of_types(["sklearn.tree._tree.Tree"]))
    ['pip_requirements']
    >>> of_types(["sklearn.tree._tree.Tree", "ours.Scaler"])
    {}
    """
    known = {name.partition(".")[0] for name in names} <= OF_SKLEARN
    return {"pip_requirements": pinned(SKLEARN)} if known else {}
