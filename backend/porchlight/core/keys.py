"""All keys come from one secret, so that many nodes share them and one file is the backup."""

import base64
import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from porchlight.core.ids import new_secret

# Order of P-256 (FIPS 186-4, D.1.2.3).
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64u(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha256(data: bytes) -> str:
    """b64u of the sha256."""
    return b64u(hashlib.sha256(data).digest())


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """The 65-byte uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hkdf(secret: bytes, name: str, length: int) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=f"porchlight/{name}".encode())
    return kdf.derive(secret)


class Keys:
    """The intake key (HPKE), the receipt key (ES256), the VAPID key and any bytes by name.

    Derived with HKDF-SHA256 (RFC 5869); a private scalar takes 48 bytes modulo the order, so that its bias is below 2^-128.
    """

    def __init__(self, secret: str, *, again: Callable[[], str] | None = None) -> None:
        """secret: the first, and behind a comma or on further lines those that came later. again: reads them anew."""
        self._again = again
        self._take(secret)
        self.intake = self._private("intake/1")
        self.receipt = self._private("receipt/1")
        self.vapid = self._private("vapid/1")
        self.intake_kid = b64u(hashlib.sha256(point(self.intake.public_key())).digest()[:8])
        self.receipt_kid = b64u(hashlib.sha256(point(self.receipt.public_key())).digest()[:8])

    def receipt_jwk(self) -> dict[str, str]:
        """The public half of the receipt key, as phones pin it."""
        numbers = self.receipt.public_key().public_numbers()
        x, y = (b64u(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": self.receipt_kid, "alg": "ES256"}

    def _take(self, secret: str) -> None:
        found = [from_b64u(one) for one in re.split(r"[\s,]+", secret.strip())]
        if min(map(len, found)) < 32:
            raise ValueError("The secret must hold at least 32 bytes.")
        self._root = found[0]
        self._roots = {b64u(_hkdf(one, "people-name/1", 8)): _hkdf(one, "people/1", 32) for one in found}

    def roots(self) -> list[str]:
        """The names of what wraps the keys of people, the newest last."""
        return list(self._roots)

    def root(self, name: str) -> bytes:
        """Raises KeyError. A secret that was added since is looked for once."""
        if name not in self._roots:
            self.read_again()
        return self._roots[name]

    def read_again(self) -> None:
        """Take in what was added to the secret since."""
        if self._again:
            self._take(self._again())

    def derive(self, name: str, length: int = 32) -> bytes:
        return _hkdf(self._root, name, length)

    def _private(self, name: str) -> ec.EllipticCurvePrivateKey:
        number = int.from_bytes(self.derive(name, 48), "big") % (P256_ORDER - 1) + 1
        return ec.derive_private_key(number, ec.SECP256R1())


def open_keys(folder: Path, given: str) -> Keys:
    """The keys of this installation. Raises OSError or ValueError."""
    return Keys(load_secret(folder, given), again=lambda: load_secret(folder, given))


def load_secret(folder: Path, given: str) -> str:
    """The secret from the setting, else from the data folder; made there once, readable by its owner only."""
    if given:
        return given
    path = folder / "secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(new_secret())
        file.flush()
        os.fsync(file.fileno())
    return path.read_text().strip()
