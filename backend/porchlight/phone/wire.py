"""The wire of a deposit (docs/wire.md): reading what a device signed, and signing its receipt."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from porchlight.core.clock import iso, parse_iso
from porchlight.core.keys import Keys
from porchlight.core.seal import Label

PATH = "/api/v1/deposits"
DEPOSIT, RECEIPT = "porchlight-deposit", "porchlight-receipt"
MOST_BODY = 262_144
MOST_JWS = 4096
MOST_SEQ = 2**31 - 1  # the largest number that both databases keep

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
Id = Annotated[str, StringConstraints(pattern=f"^{ID}$")]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z.]{1,40}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class Unreadable(Exception):
    """This is not a deposit as docs/wire.md describes it, or nobody we know has signed it."""


class Claims(BaseModel):
    """What a device says of one item, every claim typed; unknown claims are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    v: Literal[1]
    op_id: Id
    device_id: Id
    kind: Kind
    schema_number: Annotated[int, Field(alias="schema", ge=1, le=10_000)]
    seq: Annotated[int, Field(ge=1, le=MOST_SEQ)]
    captured_at: Annotated[str, StringConstraints(pattern=r"^(19[7-9]\d|20\d\d)-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{11}$")]
    sha256: Sha256
    path: Literal["/api/v1/deposits"]

    @property
    def op(self) -> UUID:
        return UUID(self.op_id)

    @property
    def device(self) -> UUID:
        return UUID(self.device_id)

    @property
    def captured(self) -> datetime:
        return parse_iso(self.captured_at)

    def label(self) -> Label:
        return Label(self.key, self.op_id, self.device_id, self.kind, self.schema_number)


def read(authority: str) -> Claims:
    """The claims of a compact JWS whose signature is not yet checked: only to learn whose key to check it with.

    Raises Unreadable.
    """
    try:
        if len(authority) > MOST_JWS:
            raise Unreadable
        unsure = jws.extract_compact(authority.encode())
        claims = Claims.model_validate_json(unsure.payload)
        claims.captured  # noqa: B018  a day such as February 30 fits the pattern
        said = unsure.headers()
    except (JoseError, ValidationError, ValueError) as error:
        raise Unreadable from error
    if said != {"alg": "ES256", "typ": DEPOSIT, "kid": claims.device_id}:
        raise Unreadable
    return claims


def signed_by(authority: str, public_key: dict[str, Any]) -> bool:
    """Whether this device's key has signed it, with ES256 and nothing else."""
    try:
        jws.deserialize_compact(authority, ECKey.import_key(dict(public_key)), algorithms=["ES256"])
    except (JoseError, ValueError):
        return False
    return True


def make_receipt(
    keys: Keys, claims: Claims, *, received_at: datetime, record: str, media_sha256: str = "", held: bool = False
) -> str:
    """Proof for the phone that exactly these sealed bytes arrived: a compact JWS by the receipt key."""
    payload: dict[str, Any] = {
        "v": 1,
        "op_id": claims.op_id,
        "device_id": claims.device_id,
        "seq": claims.seq,
        "sha256": claims.sha256,
        "received_at": iso(received_at),
        "record": record,
    }
    if media_sha256:
        payload["media_sha256"] = media_sha256
    if held:
        payload["held"] = True
    return signed(keys, RECEIPT, payload)


def signed(keys: Keys, typ: str, payload: dict[str, Any]) -> str:
    """A compact JWS by the receipt key, which phones pin when they are enrolled."""
    header = {"alg": "ES256", "typ": typ, "kid": keys.receipt_kid}
    body = json.dumps(payload, separators=(",", ":"))
    return jws.serialize_compact(header, body, ECKey.import_key(keys.receipt), algorithms=["ES256"])
