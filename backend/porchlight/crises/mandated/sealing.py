"""The seal over who reported: encrypted in the table, and a name that only this installation can tell from another."""

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from porchlight.core.keys import Keys, b64u, from_b64u

SUITE = "1"  # AES-256-GCM, key “reporter/1”; goes before the sealed bytes, so that a later suite can stand beside it
NONCE = 12


class SealBroken(Exception):
    """The bytes do not open with this installation's key for this report."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """account_id and name: who wrote the report. told_by and reach: whoever told them, where it was somebody else."""

    account_id: str
    name: str
    told_by: str = ""
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    keys: Keys

    def close(self, report_id: UUID, reporter: Reporter) -> str:
        """What the table holds; it opens for this report alone."""
        nonce = secrets.token_bytes(NONCE)
        plain = json.dumps(asdict(reporter)).encode()
        return f"{SUITE}.{b64u(nonce + self._cipher().encrypt(nonce, plain, report_id.bytes))}"

    def open(self, report_id: UUID, sealed: str) -> Reporter:
        """Raises SealBroken."""
        suite, _, body = sealed.partition(".")
        data = from_b64u(body)
        if suite != SUITE:
            raise SealBroken
        try:
            plain = self._cipher().decrypt(data[:NONCE], data[NONCE:], report_id.bytes)
        except InvalidTag as error:
            raise SealBroken from error
        return Reporter(**json.loads(plain))

    def whose(self, report_id: UUID, account_id: UUID) -> str:
        """Stands for this person in this report, and says nothing to whoever has the tables alone."""
        return self._mark(f"whose {report_id} {account_id}")

    def of(self, account_id: UUID) -> str:
        """Stands for this person in all reports, so that they find theirs."""
        return self._mark(f"of {account_id}")

    def mark(self, text: str) -> str:
        """A fingerprint that cannot be tried out without the key."""
        return self._mark(f"text {text}")

    def _mark(self, text: str) -> str:
        return b64u(hmac.digest(self.keys.derive("reporter-mark/1"), text.encode(), hashlib.sha256))

    def _cipher(self) -> AESGCM:
        return AESGCM(self.keys.derive("reporter/1"))
