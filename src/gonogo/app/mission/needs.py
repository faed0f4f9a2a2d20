"""What it takes to load the missions' models, as pip writes it: known, so nobody need find out."""

from importlib.metadata import version

SKLEARN = ("scikit-learn", "skops", "numpy", "scipy")
LIGHTGBM = ("lightgbm", "numpy", "scipy")
ONNX = ("onnx", "onnxruntime", "numpy")


def pinned(packages: tuple[str, ...]) -> list[str]:
    """Each package in the version that is installed."""
    return [f"{name}=={version(name)}" for name in packages]
