"""Secrets: how they are made, and what is kept of them: argon2 of passwords, else SHA-256."""

import hashlib
import hmac
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Each computation takes 64 MiB: many sign-ins at once must not take the machine's memory.
AT_ONCE = threading.BoundedSemaphore(4)


def random_secret() -> str:
    """256 random bits as 43 characters fit for a URL."""
    return secrets.token_urlsafe(32)


def token_id() -> str:
    """A new id of a token, 12 hexadecimal digits."""
    return secrets.token_hex(6)


def digest(secret: str) -> str:
    """What is kept of a random secret. It has 256 bits, so a fast digest cannot be searched."""
    return hashlib.sha256(_bytes(secret)).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def csrf_of(cookie: str) -> str:
    """What a page of the session with this cookie brings along; it is never stored."""
    return hashlib.sha256(_bytes(f"csrf:{cookie}")).hexdigest()


def hash_password(password: str) -> str:
    """What is kept of a password; slow by purpose."""
    with AT_ONCE:
        return PasswordHasher().hash(_bytes(password))


def password_fits(kept: str | None, password: str) -> bool:
    """Whether `password` is the one that was kept; as slow where none was kept."""
    # Before the branch: the first sign-in would otherwise tell by its time that a login is unknown.
    decoy = decoy_hash()
    with AT_ONCE:
        try:
            PasswordHasher().verify(kept or decoy, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a password was hashed with weaker settings than today's."""
    return PasswordHasher().check_needs_rehash(kept)


@cache
def decoy_hash() -> str:
    """A hash that no password fits, to spend the same time on logins that do not exist."""
    return hash_password(random_secret())


def _bytes(text: str) -> bytes:
    """`text` as bytes; half a character, which JSON can carry, is wrong but no fault of ours."""
    return text.encode("utf-8", "surrogatepass")
