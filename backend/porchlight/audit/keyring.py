"""The audit's own keys: one marks rows, one signs checkpoints; both come from the installation's secret."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from porchlight.core.keys import Keys, b64u, from_b64u


@dataclass(frozen=True, slots=True)
class Ring:
    """The newest pair, and all that old rows and checkpoints may have been made with, by the ids of the keys."""

    mark_kid: str
    marks: Mapping[str, bytes]
    sign_kid: str
    signer: Ed25519PrivateKey
    signers: Mapping[str, Ed25519PublicKey]

    @classmethod
    def of(cls, keys: Keys, *older: Keys) -> "Ring":
        marks = [one.derive("audit/mark/1") for one in (keys, *older)]
        pairs = [Ed25519PrivateKey.from_private_bytes(one.derive("audit/checkpoint/1")) for one in (keys, *older)]
        public = {_id(pair.public_key().public_bytes_raw()): pair.public_key() for pair in pairs}
        return cls(_id(marks[0]), {_id(mark): mark for mark in marks}, next(iter(public)), pairs[0], public)

    def sign(self, said: bytes) -> str:
        """b64u of an Ed25519 signature (RFC 8032)."""
        return b64u(self.signer.sign(said))

    def signed(self, said: bytes, kid: str, signature: str) -> bool:
        try:
            self.signers[kid].verify(from_b64u(signature), said)
        except (KeyError, ValueError, InvalidSignature):
            return False
        return True


def _id(key: bytes) -> str:
    """A short name; it tells nothing of a secret key."""
    return b64u(hashlib.sha256(b"porchlight/audit/kid" + key).digest()[:6])
