"""Whose phone showed a code: what the device signed of it, so that an answer may be kept before the visit is here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session

from porchlight.core.clock import parse_iso
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound
from porchlight.people import queries as people
from porchlight.visits.door import rules
from porchlight.visits.door.drafts import Hash

TYPE = "porchlight-door"
MOST = 2_048


class Claims(BaseModel):
    """What a device says of the code that it shows (docs/wire.md, At the door)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    v: Literal[1]
    visit_id: UUID
    caregiver_id: UUID
    device_id: UUID
    made_at: Annotated[str, Field(pattern=r"^(19[7-9]\d|20\d\d)-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    token_sha256: Hash
    summary_sha256: Hash


@dataclass(frozen=True, slots=True)
class Ticket:
    """A code as one of our devices has signed it. account_id: whose device; made_at: by its mended clock."""

    visit_id: UUID
    caregiver_id: UUID
    device_id: UUID
    account_id: UUID
    made_at: datetime
    token: str
    token_hash: str
    summary_sha256: str


def unknown() -> NotFound:
    return NotFound(_("We do not know this code. Check that you have all of it, or call us."))


def read(session: Session, signed: str, token: str) -> Ticket:
    """The ticket that one of our devices signed, for whoever holds its token. Raises NotFound for anything else."""
    try:
        claims = Claims.model_validate_json(_payload(session, signed))
        made_at = parse_iso(claims.made_at)
    except (JoseError, ValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise unknown() from error
    device = people.device(session, claims.device_id)
    if device is None or not rules.same(sha256(token.encode()), claims.token_sha256):
        raise unknown()
    return Ticket(
        visit_id=claims.visit_id,
        caregiver_id=claims.caregiver_id,
        device_id=device.id,
        account_id=device.account_id,
        made_at=made_at,
        token=token,
        token_hash=claims.token_sha256,
        summary_sha256=claims.summary_sha256,
    )


def _payload(session: Session, signed: str) -> bytes:
    """What the device that is named has signed with its own key, and with nothing but ES256."""
    if len(signed) > MOST:
        raise ValueError
    named = jws.extract_compact(signed.encode()).headers()
    device = people.device(session, UUID(named["kid"]))
    if device is None or named != {"alg": "ES256", "typ": TYPE, "kid": str(device.id)}:
        raise ValueError
    key: Any = ECKey.import_key(dict(device.public_key))
    payload: bytes = jws.deserialize_compact(signed, key, algorithms=["ES256"]).payload
    if Claims.model_validate_json(payload).device_id != device.id:
        raise ValueError
    return payload
