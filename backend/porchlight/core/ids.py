"""Ids are UUIDv7 and made by whoever creates the thing; secrets are never ids."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()


def new_secret() -> str:
    """256 random bits as 43 base64url characters."""
    return secrets.token_urlsafe(32)
