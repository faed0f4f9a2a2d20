"""Refusals in the shape MLflow's client understands: an error code and a message."""

import json
from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response


class RefusedError(Exception):
    """A request that MLflow is not asked at all."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(status, code, message)

    def answer(self) -> Response:
        """What the client gets."""
        body = json.dumps({"error_code": self.code, "message": self.message})
        headers = {"Cache-Control": "no-store"}
        if self.status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        if self.status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = "2"
        return Response(body, int(self.status), headers, media_type="application/json")


def unauthenticated() -> RefusedError:
    """Nobody is signed in."""
    return RefusedError(
        HTTPStatus.UNAUTHORIZED,
        "UNAUTHENTICATED",
        "Sign in first: set MLFLOW_TRACKING_TOKEN to a valid token of gonogo, or sign in to the "
        "console.",
    )


def forbidden(message: str) -> RefusedError:
    """Signed in, but not allowed."""
    return RefusedError(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", message)


def conflict(message: str) -> RefusedError:
    """It would change what must not change."""
    return RefusedError(HTTPStatus.CONFLICT, "RESOURCE_CONFLICT", message)


def invalid(message: str) -> RefusedError:
    """The request cannot be read."""
    return RefusedError(HTTPStatus.BAD_REQUEST, "INVALID_PARAMETER_VALUE", message)


def too_large(most: int) -> RefusedError:
    """The body is beyond the bound."""
    return RefusedError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "INVALID_PARAMETER_VALUE",
        f"This is too large: at most {most:,} bytes are taken at once.",
    )


def not_served(method: str, path: str) -> RefusedError:
    """MLflow may have this, gonogo does not offer it."""
    return RefusedError(
        HTTPStatus.NOT_FOUND,
        "ENDPOINT_NOT_FOUND",
        f"{method} {path} is not served here: gonogo serves MLflow's tracking and registry.",
    )


def unavailable() -> RefusedError:
    """MLflow could not be started."""
    return RefusedError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "TEMPORARILY_UNAVAILABLE",
        "MLflow did not start; the server's log says why. Nothing was written.",
    )


def sign_in(wanted: str) -> Response:
    """Send a person to the sign-in page, and back to `wanted` afterwards."""
    return RedirectResponse(f"/sign-in?next={quote(wanted, safe='/')}", HTTPStatus.SEE_OTHER)
