"""Who calls for help: the session, or the phone itself when the session is dead (docs/wire.md, A crisis)."""

import json
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import Refused
from porchlight.people import queries as people

PATH = "/api/v1/crises"
TYPE = "porchlight-crisis"
VERSION = 1


class NotSent(Refused):
    """Nobody was told: the sentence says whom to ring."""

    status = 403


def not_sent(session: Session) -> NotSent:
    agency = people.agency(session)
    sentence = _("NOT SENT: we do not know who you are. Call 911, or ring the on-call line {phone}.")
    return NotSent(sentence, phone=agency.phone if agency else "")


def caller(session: Session, visitor: Actor | None, signed: str, body: bytes, crisis_id: UUID) -> Actor:
    """For whom this request speaks. signed: the header Porchlight-Device. Raises NotSent.

    The phone's clock is not asked: it may be years off, and the same alert twice is one alert.
    """
    actor = visitor or _signer(session, signed, body, crisis_id)
    if actor is None:
        raise not_sent(session)
    return actor


def _signer(session: Session, signed: str, body: bytes, crisis_id: UUID) -> Actor | None:
    """Whose phone has signed exactly this; None for anything else, and for a phone that was revoked."""
    try:
        device = people.device(session, UUID(jws.extract_compact(signed.encode()).protected["kid"]))
        if device is None or device.revoked_at is not None:
            return None
        checked = jws.deserialize_compact(signed, ECKey.import_key(device.public_key), algorithms=["ES256"])
        claims = json.loads(checked.payload)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    expected = {
        "v": VERSION,
        "op_id": str(crisis_id),
        "device_id": str(device.id),
        "sha256": sha256(body),
        "path": PATH,
    }
    same = isinstance(claims, dict) and all(claims.get(name) == value for name, value in expected.items())
    if not same or checked.protected.get("typ") != TYPE:
        return None
    return people.actor_of(session, device.account_id, device_id=device.id)
