"""What phones send of a code at the door (docs/wire.md): with the visit, and after a yes."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictInt

from porchlight.web.forms import Input, Moment

Hash = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


class DoorDraft(Input):
    """The code that a caregiver was shown: the hashes of its token and of its short form; made_at by a mended clock."""

    caregiver_id: UUID
    token_sha256: Hash
    code_sha256: Hash
    made_at: Moment


class DigitsDraft(Input):
    """The body of `visit.door`: what a caregiver's phone showed after a yes. said_at: the sender's clock, drift_ms off."""

    visit_id: UUID
    token: Hash
    digits: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    summary_sha256: Hash
    said_at: Moment
    drift_ms: StrictInt = Field(default=0, ge=-(2**52), le=2**52)
