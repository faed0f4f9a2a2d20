"""How the installation does, as it travels."""

from gonogo.schemas.base import Told


class Health(Told):
    """In a word."""

    status: str
