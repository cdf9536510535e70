"""Codes themselves: the secret, sealed under a key of this installation, and what an app makes of it (by the library `pyotp`)."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from porchlight.core.keys import Keys, b64u, from_b64u
from porchlight.people.second import rules

SUITE = "1"  # AES-256-GCM, key “totp/1”; goes before the sealed bytes, so that a later suite can stand beside it
NONCE = 12


class SealBroken(Exception):
    """The bytes do not open with this installation's key for this person."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Secrets as the table holds them: each opens for its own row and person alone."""

    keys: Keys

    def close(self, row_id: UUID, account_id: UUID, secret: str) -> str:
        nonce = secrets.token_bytes(NONCE)
        sealed = self._cipher().encrypt(nonce, secret.encode(), row_id.bytes + account_id.bytes)
        return f"{SUITE}.{b64u(nonce + sealed)}"

    def open(self, row_id: UUID, account_id: UUID, sealed: str) -> str:
        """Raises SealBroken."""
        suite, _, body = sealed.partition(".")
        data = from_b64u(body)
        if suite != SUITE:
            raise SealBroken
        try:
            return self._cipher().decrypt(data[:NONCE], data[NONCE:], row_id.bytes + account_id.bytes).decode()
        except InvalidTag as error:
            raise SealBroken from error

    def _cipher(self) -> AESGCM:
        return AESGCM(self.keys.derive("totp/1"))


def new_secret() -> str:
    """160 random bits in base 32, as RFC 4226 (4, R6) advises."""
    return pyotp.random_base32()


def code_at(secret: str, step: int) -> str:
    return pyotp.TOTP(secret, digits=rules.DIGITS, interval=rules.STEP).generate_otp(step)


def step_that_fits(secret: str, steps: Iterable[int], typed: str) -> int | None:
    """Which of these steps the code is of. Each is compared, in constant time, whether an earlier one fitted or not."""
    fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), typed.encode())]
    return fitting[0] if fitting else None


def address_of(secret: str, sign_in_name: str) -> str:
    """What the picture for an app holds (otpauth:)."""
    return pyotp.TOTP(secret, digits=rules.DIGITS, interval=rules.STEP).provisioning_uri(
        name=sign_in_name, issuer_name="Porchlight"
    )
