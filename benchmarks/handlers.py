"""What the gateway is compared with: the same model behind a plain handler, and behind almost none.

python -m benchmarks.handlers fastapi|bare PORT FOLDER
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

import lightgbm
import msgspec
import numpy as np
import uvicorn
from fastapi import FastAPI
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from pydantic import BaseModel

from gonogo.checks.predictors.load import load_predictor
from gonogo.gateway.scorers.lightgbm_rows import lightgbm_scorer

JSON = [("content-type", "application/json")]


class Asked(BaseModel):
    """A request, as one writes it for FastAPI."""

    entity: str
    features: dict[str, float]


class Bare(msgspec.Struct):
    """The same for msgspec."""

    entity: str
    features: dict[str, float]


def plain(folder: Path) -> FastAPI:
    """The handler that one writes first: parse, predict, answer."""
    booster = lightgbm.Booster(model_file=folder / "model.txt")
    names = booster.feature_name()
    app = FastAPI()

    @app.post("/v1/decide/case")
    async def decide(asked: Asked) -> dict[str, Any]:
        row = np.array([[asked.features[name] for name in names]])
        scores: Any = booster.predict(row, num_threads=1)
        score = float(scores[0])
        return {"score": score, "outcome": "approve" if score >= 0.5 else "decline"}

    return app


class Sketch:
    """A server written in Rust and the same way to ask the model, with nothing around it."""

    def __init__(self, folder: Path) -> None:
        scorer = lightgbm_scorer(load_predictor(folder), {})
        if scorer is None:
            raise RuntimeError("LightGBM's library is another one")
        self._scorer = scorer
        self._decode = msgspec.json.Decoder(Bare).decode
        self._encode = msgspec.json.Encoder().encode

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        features = self._decode(await protocol()).features
        score = self._scorer.one([features[name] for name in self._scorer.names])
        said = {"score": score, "outcome": "approve" if score >= 0.5 else "decline"}
        protocol.response_bytes(200, JSON, self._encode(said))


async def bare(folder: Path, port: int) -> None:
    """Serve the sketch."""
    server = Server(
        Sketch(folder),
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
    )
    await server.serve()


def main(kind: str, port: int, folder: Path) -> None:
    """Serve one of them."""
    if kind == "fastapi":
        uvicorn.run(plain(folder), port=port, log_level="warning", access_log=False)
    else:
        asyncio.run(bare(folder, port))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
