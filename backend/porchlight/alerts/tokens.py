"""The token of a delivery, by which a phone may say what became of it and nothing else."""

import hashlib
import hmac
from uuid import UUID

from porchlight.core.keys import Keys, b64u


def token_of(keys: Keys, delivery_id: UUID) -> str:
    """The delivery's token, 256 bits made from our secret: the database holds nothing that could post a receipt."""
    return b64u(hmac.digest(keys.derive("delivery-token/1"), delivery_id.bytes, hashlib.sha256))
