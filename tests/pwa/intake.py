"""The server's half of docs/wire.md, written a second time for the tests: opens seals, checks signatures, signs receipts."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.jwk import ECKey

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
RECEIVED_AT = "2026-11-23T22:00:00.000Z"


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def sha256(data: bytes) -> str:
    return b64u(hashlib.sha256(data).digest())


def info(kid: str, said: dict[str, Any], *more: str) -> bytes:
    names = [said["op_id"], said["device_id"], said["kind"], str(said["schema"])]
    suite = "DHKEM-P256-HKDF-SHA256,HKDF-SHA256,AES-256-GCM"
    return "\n".join(["porchlight/1", suite, kid, *names, *more]).encode()


@dataclass
class Arrived:
    """One accepted operation, opened."""

    said: dict[str, Any]
    body: dict[str, Any]
    sealed: bytes
    receipt: str
    picture: bytes = b""


@dataclass
class Intake:
    """Keys, enrolled devices and what has arrived. Answers are (status, JSON)."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    receipt_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    devices: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrived: dict[str, Arrived] = field(default_factory=dict)
    parts: dict[tuple[str, int], bytes] = field(default_factory=dict)
    deposits: int = 0

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def kid(self) -> str:
        return b64u(hashlib.sha256(self.point).digest()[:8])

    def enrol(self, asked: dict[str, Any], person: str) -> dict[str, Any]:
        self.devices.setdefault(asked["id"], {"key": asked["public_key"], "person": person})
        return {
            "device_id": asked["id"],
            "person_id": person,
            "intake_key": {"kid": self.kid, "public": b64u(self.point)},
            "receipt_key": self.receipt_key.as_dict(private=False),
            "server_time": RECEIVED_AT,
            "next_seq": 1,
        }

    def deposit(self, header: str, sealed: bytes) -> tuple[int, dict[str, Any]]:
        self.deposits += 1
        said = self._verified(header)
        assert said["sha256"] == sha256(sealed)
        assert said["key"] == self.kid
        assert said["path"] == "/api/v1/deposits"
        if already := self.arrived.get(said["op_id"]):
            if already.sealed == sealed:
                return 200, {"outcome": "accepted", "receipt": already.receipt}
            detail = "This was sent before, with other words."
            return 409, {"outcome": "needs_fix", "detail": detail, "type": "/x", "receipt": already.receipt}
        body = json.loads(SUITE.decrypt(sealed, self.key, info=info(self.kid, said)))
        picture = b""
        if said["kind"] == "visit.photo":
            count = len(body["parts"])
            missing = [n for n in range(count) if (said["op_id"], n) not in self.parts]
            if missing:
                upload = [{"part": n, "url": f"/media/incoming/{said['op_id']}/{n}", "headers": {}} for n in missing]
                return 202, {"outcome": "waiting", "why": "parts", "upload": upload}
            picture = self._picture(said, body)
        receipt = self.receipt(said, sha256(picture) if picture else None)
        self.arrived[said["op_id"]] = Arrived(said, body, sealed, receipt, picture)
        return 201, {"outcome": "accepted", "receipt": receipt}

    def receipt(self, said: dict[str, Any], media_sha256: str | None = None, **lies: Any) -> str:
        names = ("op_id", "device_id", "seq", "sha256")
        payload = {"v": 1} | {name: said[name] for name in names}
        payload |= {"received_at": RECEIVED_AT, "record": f"/visits/{said['op_id']}"}
        payload |= ({"media_sha256": media_sha256} if media_sha256 else {}) | lies
        head = {"alg": "ES256", "typ": "porchlight-receipt", "kid": "r1"}
        return jws.serialize_compact(head, json.dumps(payload), self.receipt_key)

    def of_kind(self, kind: str) -> list[Arrived]:
        return [one for one in self.arrived.values() if one.said["kind"] == kind]

    def _verified(self, header: str) -> dict[str, Any]:
        """The payload, if the enrolled device signed it; joserfc raises when it did not."""
        head = json.loads(base64.urlsafe_b64decode(header.split(".", maxsplit=1)[0] + "=="))
        assert head["typ"] == "porchlight-deposit"
        device = self.devices[head["kid"]]
        said: dict[str, Any] = json.loads(jws.deserialize_compact(header, ECKey.import_key(device["key"])).payload)
        assert said["device_id"] == head["kid"]
        return said

    def _picture(self, said: dict[str, Any], body: dict[str, Any]) -> bytes:
        whole = b""
        for number, part in enumerate(body["parts"]):
            sealed = self.parts[said["op_id"], number]
            assert (part["length"], part["sha256"]) == (len(sealed), sha256(sealed))
            more = (body["media_id"], str(number), str(len(body["parts"])), body["sha256"])
            whole += SUITE.decrypt(sealed, self.key, info=info(self.kid, said, *more))
        assert sha256(whole) == body["sha256"]
        return whole
