"""A round to the agency's door and back lies in the browser itself, sealed: no row is made for whoever only looks."""

import hmac
import json
import secrets
from dataclasses import asdict
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from porchlight.core.clock import parse_iso
from porchlight.core.ids import new_secret
from porchlight.core.keys import Keys, b64u, from_b64u
from porchlight.people.agency.rules import Round

SUITE = "1"  # AES-256-GCM
NONCE = 12
ROUND, TOKEN = "agency-round/1", "agency-token/1"  # what each key is for


def begin(issuer: str, following: str, *, fresh: bool, now: datetime) -> Round:
    return Round(issuer, new_secret(), new_secret(), new_secret(), following, fresh, now)


def same(state: str, given: str) -> bool:
    return hmac.compare_digest(state.encode(), given.encode())


def seal_round(keys: Keys, one: Round) -> str:
    return seal(keys, ROUND, json.dumps({**asdict(one), "made_at": one.made_at.isoformat()}))


def open_round(keys: Keys, sealed: str) -> Round | None:
    """None of what we have not sealed ourselves."""
    plain = unseal(keys, ROUND, sealed)
    if plain is None:
        return None
    said = json.loads(plain)
    return Round(**{**said, "made_at": parse_iso(said["made_at"])})


def seal(keys: Keys, purpose: str, plain: str) -> str:
    nonce = secrets.token_bytes(NONCE)
    return f"{SUITE}.{b64u(nonce + AESGCM(keys.derive(purpose)).encrypt(nonce, plain.encode(), purpose.encode()))}"


def unseal(keys: Keys, purpose: str, sealed: str) -> str | None:
    suite, _, body = sealed.partition(".")
    try:
        data = from_b64u(body)
        if suite != SUITE:
            return None
        return AESGCM(keys.derive(purpose)).decrypt(data[:NONCE], data[NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError):
        return None
