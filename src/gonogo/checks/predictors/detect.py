"""What format a model folder is in, seen from its bytes without running any of it."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gonogo.checks.predictors import ensemble as ensembles
from gonogo.checks.predictors.ensemble import Ensemble
from gonogo.checks.predictors.mlmodel import Feature, read_mlmodel
from gonogo.checks.predictors.pickles import suspicious
from gonogo.checks.predictors.wire import external_files
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid

WANTED = (
    "skops, LightGBM text, XGBoost JSON or ONNX; a pickle runs code when it is loaded, so save it "
    "with serialization_format='skops' or convert it"
)


XGBOOST = re.compile(rb'\s*\{\s*"learner"\s*:|\{(?:L\0{7}|l\0{3}|I\0|[iU])\x07learner\{')
"""How XGBoost's own JSON begins, and how its binary JSON does."""


class Format(StrEnum):
    """The formats a model can be kept in without carrying code."""

    SKOPS = "skops"
    LIGHTGBM = "lightgbm"
    XGBOOST = "xgboost"
    ONNX = "onnx"
    ENSEMBLE = "ensemble"
    """Several of the others, and how their scores become one."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known of a model folder without running it."""

    format: Format
    path: str
    """The model's file, relative to the folder."""
    signature: Mapping[str, Json]
    """Inputs and outputs as MLflow writes them; empty where there are none."""
    features: tuple[Feature, ...]
    """The input columns in their order; none where the signature names none."""


def inspect_model(folder: Path) -> Inspected:
    """Format, file and signature of the model in `folder`; raises `Invalid` naming the file.

    Refused are pickles in any file, links that lead out of the folder, ONNX models that keep
    weights outside it, and folders with no model or with several.
    """
    files = _files(folder)
    for path in files:
        why = suspicious(path)
        if why is not None:
            name = path.relative_to(folder).as_posix()
            raise Invalid(field="model", value=name, expected=WANTED, message=f"{name} is {why}")
    together = ensembles.read_ensemble(folder)
    if together is not None:
        return _inspect_ensemble(folder, together)
    said = read_mlmodel(folder)
    found = {
        path.relative_to(folder).as_posix(): kind
        for path in files
        if (kind := format_of(path)) is not None
    }
    # A folder may hold more than one readable file; then MLflow's own file says which is the model.
    chosen = [name for name in found if name in said.data] or list(found)
    if len(chosen) != 1:
        raise Invalid(
            field="model",
            value=", ".join(sorted(chosen)) or ", ".join(_names(files, folder)) or "no files",
            expected="one model file: skops, LightGBM text, XGBoost JSON or ONNX",
        )
    name = chosen[0]
    if found[name] is Format.ONNX:
        external_files(folder / name, folder)
    return Inspected(found[name], name, said.signature, said.features)


def _inspect_ensemble(folder: Path, made: Ensemble) -> Inspected:
    """The ensemble in `folder`, each of whose members is looked at like a model of its own."""
    members, stack = ensembles.folders_of(folder, made)
    found = [inspect_model(one) for one in members if one.is_dir()]
    named = [*found, *([inspect_model(stack)] if stack is not None and stack.is_dir() else [])]
    wrong = len(found) < len(members) or (stack is not None and not stack.is_dir())
    if wrong or any(one.format is Format.ENSEMBLE for one in named):
        raise Invalid(
            field="model",
            value=ensembles.NAME,
            expected="a folder for each member, none of them an ensemble itself",
        )
    every = all(one.features for one in found)
    return Inspected(
        Format.ENSEMBLE,
        ensembles.NAME,
        ensembles.signature_of([one.signature for one in found]),
        ensembles.union([one.features for one in found]) if every else (),
    )


def _files(folder: Path) -> list[Path]:
    """All files of the folder, in order; raises `Invalid` for a link that leads out of it."""
    root = folder.resolve()
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.resolve().is_relative_to(root):
            raise Invalid(
                field="model",
                value=path.relative_to(folder).as_posix(),
                expected="files of the model's own folder, no links that lead out of it",
            )
        if path.is_file():
            found.append(path)
    return found


def format_of(path: Path) -> Format | None:
    """The format that a file's bytes are of; None: no model that can be read safely."""
    with path.open("rb") as stream:
        head = stream.read(64)
    if head.startswith(b"tree\nversion="):
        return Format.LIGHTGBM
    if XGBOOST.match(head):
        return Format.XGBOOST
    if head.startswith(b"PK") and _is_skops(path):
        return Format.SKOPS
    # Protocol buffers have no signature; an ONNX model begins with its ir_version.
    is_onnx = path.suffix.lower() == ".onnx" and head.startswith(b"\x08")
    return Format.ONNX if is_onnx else None


def _is_skops(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "schema.json" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def _names(files: list[Path], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in files][:5]
