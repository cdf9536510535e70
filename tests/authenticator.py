"""A software authenticator: makes passkeys and signs with them as a phone does, and as a forger would."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from porchlight.core.ids import new_id
from porchlight.core.keys import b64u, from_b64u
from porchlight.settings import Settings

PRESENT, VERIFIED, MAY_BACK_UP, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class Authenticator:
    """One passkey on one phone. `host` and `origin` are where it believes to be; `flags` what it says of its person."""

    origin: str = Settings().public_url
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: hashlib.sha256(new_id().bytes).digest())
    user_handle: str = ""

    @property
    def id(self) -> str:
        return b64u(self.credential_id)

    def make(self, options: dict[str, Any], *, challenge: str = "") -> dict[str, Any]:
        """The answer to navigator.credentials.create(options), as our page sends it."""
        self.user_handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = b"\x01" * 16 + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(cose)
        data = self._data(ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", challenge or options["challenge"])
        response = {"clientDataJSON": b64u(said), "attestationObject": b64u(statement), "transports": ["internal"]}
        return {"id": self.id, "rawId": self.id, "type": "public-key", "response": response}

    def sign(self, options: dict[str, Any], *, challenge: str = "", **other: Any) -> dict[str, Any]:
        """The answer to navigator.credentials.get(options), as our page sends it."""
        self.count += 1 if self.counts else 0
        data = self._data()
        said = self._said("webauthn.get", challenge or options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": b64u(said),
            "authenticatorData": b64u(data),
            "signature": b64u(signature),
            "userHandle": self.user_handle,
        }
        return {"id": self.id, "rawId": self.id, "type": "public-key", "response": response, **other}

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, more: int = 0) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4, "big")


def challenge_length(options: dict[str, Any]) -> int:
    return len(from_b64u(options["challenge"]))
