"""A phone's own key in tests, and what it signs."""

import json
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey

from porchlight.core.keys import sha256


def jwk(key: ECKey | None = None) -> dict[str, Any]:
    """The public half, as a browser exports it for enrolment."""
    whole = (key or ECKey.generate_key("P-256", auto_kid=False)).as_dict(private=False)
    return {name: whole[name] for name in ("kty", "crv", "x", "y")}


def crisis_signature(key: ECKey, device_id: object, body: bytes, /, **other: Any) -> str:
    """The header Porchlight-Device of docs/wire.md, A crisis; `other` replaces parts of what is signed."""
    claims = {
        "v": 1,
        "op_id": json.loads(body)["id"],
        "device_id": str(device_id),
        "captured_at": "2026-11-23T18:00:00.000Z",
        "sha256": sha256(body),
        "path": "/api/v1/crises",
    }
    head = {"alg": "ES256", "typ": other.pop("typ", "porchlight-crisis"), "kid": other.pop("kid", str(device_id))}
    return jws.serialize_compact(head, json.dumps({**claims, **other}), key, algorithms=["ES256"])
