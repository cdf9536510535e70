"""What a phone sealed is opened here, and only here (HPKE, RFC 9180; docs/wire.md)."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec

SUITE_NAME = "DHKEM-P256-HKDF-SHA256,HKDF-SHA256,AES-256-GCM"
SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class SealBroken(Exception):
    """The bytes do not open with this key and these names."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a seal is bound to. The last four are for a part of a photo, from 0."""

    kid: str
    op_id: str
    device_id: str
    kind: str
    schema: int
    media_id: str = ""
    part: int = 0
    count: int = 0
    whole: str = ""

    def info(self) -> bytes:
        lines = ["porchlight/1", SUITE_NAME, self.kid, self.op_id, self.device_id, self.kind, str(self.schema)]
        if self.media_id:
            lines += [self.media_id, str(self.part), str(self.count), self.whole]
        return "\n".join(lines).encode()


def seal(plain: bytes, to: ec.EllipticCurvePublicKey, label: Label) -> bytes:
    return SUITE.encrypt(plain, to, info=label.info())


def unseal(sealed: bytes, key: ec.EllipticCurvePrivateKey, label: Label) -> bytes:
    """The plain bytes of `enc ‖ ciphertext`. Raises SealBroken."""
    try:
        return SUITE.decrypt(sealed, key, info=label.info())
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error
