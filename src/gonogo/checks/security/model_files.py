"""Whether a model's files can be trusted: what they carry, and whether they are what was sealed."""

import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.checks.predictors.detect import Format, format_of
from gonogo.checks.predictors.pickles import suspicious
from gonogo.checks.predictors.wire import external_files
from gonogo.checks.predictors.xgboost_sound import read_sound
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import Measured, Undefined, exact

UNPACKED = 1 << 32
"""Bytes an archive may say it unpacks to: beyond, it is a bomb for whoever unpacks it."""
RATIO = 200
"""How many times its own size an archive may unpack to, once that is more than `SMALL`. Text
compresses to a twentieth, tables of weights hardly at all; deflate reaches 1,032 on zeros."""
SMALL = 1 << 24
"""Bytes that do no harm however well they were compressed."""
SHOWN = 100
"""Files that are told of."""
OF = "the files of the model version"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a model version, as it was sealed and as it is found."""

    path: str
    sealed: str
    """SHA-256 when it was sealed."""
    found: str | None
    """SHA-256 of its bytes now; None where it is gone."""


def unsafe_model_files(folder: Path, asked: Parameters) -> Finding:
    """How many files below `folder` carry code or harm who opens them, unit count, counted.

    Unsafe are pickles in any file or archive, links out of the folder, archives that say they
    unpack to too much, ONNX models whose weights lie outside the folder, and XGBoost models whose
    trees lead out of the file, which ends the process that scores. No file is loaded or unpacked.
    Detail: each unsafe file with the reason; ONNX weights kept beside the model; the format of each
    file that holds a model.
    """
    settings = settle_parameters("security.unsafe_model_files", asked)
    files = sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    unsafe: list[Json] = []
    beside: list[Json] = []
    models: list[Json] = []
    for path in files:
        name = path.relative_to(folder).as_posix()
        within = path.resolve().is_relative_to(folder.resolve())
        kind = format_of(path) if within and path.is_file() else None
        if kind is not None:
            models.append({"path": name, "format": str(kind)})
        why, others = _inspected(path, folder, kind)
        if why is not None:
            unsafe.append({"path": name, "why": why})
        beside.extend({"path": name, "weights": other} for other in others)
    detail: dict[str, Json] = {
        "files": len(files),
        "unsafe": unsafe[:SHOWN],
        "external_weights": beside[:SHOWN],
        "models": models[:SHOWN],
    }
    measured: Measured = Undefined("the model has no files", n=0)
    if files:
        measured = exact(len(unsafe), n=len(files), unit="count", of=OF)
    return Finding("security.unsafe_model_files", settings.values, measured, detail)


def stored_model_integrity(files: Sequence[Kept], asked: Parameters) -> Finding:
    """Share of `files` whose bytes are those that were sealed, in [0, 1], unit share, counted.

    Detail: those that changed and those that are gone.

    >>> whole, gone = Kept("a", "01", "01"), Kept("b", "02", None)
    >>> stored_model_integrity([whole, gone], {}).measured.value
    0.5
    """
    settings = settle_parameters("security.stored_model_integrity", asked)
    gone = [one.path for one in files if one.found is None]
    changed = [one.path for one in files if one.found not in (None, one.sealed)]
    detail: dict[str, Json] = {
        "files": len(files),
        "changed": list(changed[:SHOWN]),
        "gone": list(gone[:SHOWN]),
    }
    measured: Measured = Undefined("the model has no files", n=0)
    if files:
        whole = len(files) - len(gone) - len(changed)
        measured = exact(whole / len(files), n=len(files), unit="share", of=OF)
    return Finding("security.stored_model_integrity", settings.values, measured, detail)


def _inspected(path: Path, folder: Path, kind: Format | None) -> tuple[str | None, list[str]]:
    """Why a file is unsafe, if it is, and which files beside it hold its weights."""
    if not path.resolve().is_relative_to(folder.resolve()):
        return "a link that leads out of the model's folder", []
    if not path.is_file():
        return "a link that leads nowhere", []
    # Before anything is looked into: a bomb must not go off here.
    why = _bomb(path) or suspicious(path)
    if why is None and kind is Format.XGBOOST:
        why = _unsound(path)
    if why is not None or path.suffix.lower() != ".onnx":
        return why, []
    try:
        return None, [one.name for one in external_files(path, folder)]
    except Invalid as error:
        return f"{error.value}: expected {error.expected}", []


def _unsound(path: Path) -> str | None:
    """Why an XGBoost model would harm who scores with it."""
    try:
        read_sound(path)
    except ValueError as error:
        return f"an XGBoost model that does not hold together: {error}"
    return None


def _bomb(path: Path) -> str | None:
    """Why an archive unpacks to too much, by what its directory says."""
    size = path.stat().st_size
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                unpacked = sum(info.file_size for info in archive.infolist())
        elif tarfile.is_tarfile(path):
            with tarfile.open(path, mode="r:") as archive:
                unpacked = sum(max(0, info.size) for info in archive)
        else:
            return None
    except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, ValueError):
        return None
    if unpacked > UNPACKED or (unpacked > SMALL and unpacked > RATIO * size):
        return f"an archive of {size:,} bytes that unpacks to {unpacked:,}"
    return None
