"""A code at the door as the two phones make it, put together a second time by the words of docs/wire.md."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from joserfc import jws

from porchlight.core.clock import iso
from porchlight.core.ids import new_secret
from porchlight.core.keys import sha256
from tests.phone.fake_phone import Item, Phone, summary_of, visit_body
from tests.world import MONDAY, World

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def over(token: str, what: str, summary_sha256: str) -> int:
    words = f"porchlight-door/1\n{what}\n{summary_sha256}"
    return int.from_bytes(hmac.digest(token.encode(), words.encode(), hashlib.sha256)[:8], "big")


@dataclass
class Shown:
    """A code that Rowan's phone shows to a caregiver, and the body of the visit that it belongs to."""

    phone: Phone
    body: dict[str, Any]
    token: str
    summary: str
    ticket: str

    @property
    def visit_id(self) -> UUID:
        return UUID(self.body["visit_id"])

    @property
    def held(self) -> dict[str, str]:
        """What the caregiver's phone holds after the scan."""
        return {"ticket": self.ticket, "token": self.token}

    @property
    def code(self) -> str:
        bits = over(self.token, "code", self.summary) >> 14
        return "".join(LETTERS[(bits >> 5 * at) & 31] for at in range(9, -1, -1))

    @property
    def digits(self) -> str:
        return f"{over(self.token, 'yes', self.summary) % 1_000_000:06}"

    def visit(self) -> Item:
        """visit.log, sealed and signed."""
        return self.phone.save("visit.log", self.body, op_id=self.body["visit_id"])

    def typed(self, digits: str = "", **changes: Any) -> Item:
        """visit.door: the digits that were typed into Rowan's phone."""
        body = {
            "visit_id": self.body["visit_id"],
            "token": self.token,
            "digits": digits or self.digits,
            "summary_sha256": self.summary,
            "said_at": iso(MONDAY),
            "drift_ms": 0,
        }
        return self.phone.save("visit.door", body | changes)


def show(
    phone: Phone,
    world: World,
    *,
    caregiver: UUID | None = None,
    made_at: datetime = MONDAY,
    ticket: dict[str, Any] | None = None,
    signing_key: Any = None,
    **changes: Any,
) -> Shown:
    """ticket: claims to sign otherwise than they should be; changes: of the visit's body."""
    body = visit_body(world, persons_seen=[str(world.caregiver)], **changes)
    token, summary = new_secret(), sha256(summary_of(body).encode())
    who = str(caregiver or world.caregiver)
    claims = {
        "v": 1,
        "visit_id": body["visit_id"],
        "caregiver_id": who,
        "device_id": phone.device_id,
        "made_at": iso(made_at),
        "token_sha256": sha256(token.encode()),
        "summary_sha256": summary,
    }
    header = {"alg": "ES256", "typ": "porchlight-door", "kid": phone.device_id}
    payload = json.dumps(claims | (ticket or {}), separators=(",", ":"))
    signed = jws.serialize_compact(header, payload, signing_key or phone.key, algorithms=["ES256"])
    shown = Shown(phone, body, token, summary, signed)
    body["door"] = {
        "caregiver_id": who,
        "token_sha256": claims["token_sha256"],
        "code_sha256": sha256(shown.code.encode()),
        "made_at": claims["made_at"],
    }
    return shown
