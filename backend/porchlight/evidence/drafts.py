"""What a phone says of a photo and of a signature (docs/wire.md, bodies, schema 1)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from porchlight.evidence.values import Announced, Method, Purpose
from porchlight.web.forms import Input, Moment

Words = Annotated[str, Field(min_length=1, max_length=200)]
MaybeWords = Annotated[str, Field(max_length=1000)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
# x and y in the frame's own units, t in milliseconds since the first touch.
Point = tuple[float, float, float]


class Consent(Input):
    given: bool
    by: MaybeWords = ""


class Part(Input):
    """One sealed part: its length in bytes and its b64u sha256."""

    length: Annotated[int, Field(gt=0)]
    sha256: Sha256


class PhotoDraft(Input):
    media_id: UUID
    visit_id: UUID
    purpose: Purpose
    consent: Consent
    taken_at: Moment
    mime: Literal["image/jpeg", "image/png", "image/webp"]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    size: Annotated[int, Field(gt=0)]
    sha256: Sha256
    parts: Annotated[list[Part], Field(min_length=1, max_length=100)]

    def announced(self, device_id: UUID) -> Announced:
        parts = [part.model_dump() for part in self.parts]
        return Announced(self.media_id, device_id, self.size, self.sha256, parts)


class Signer(Input):
    name: Words
    relation: MaybeWords = ""


class ReadTo(Input):
    """In which language the summary was read out, and by whom."""

    language: MaybeWords = ""
    by: Words


class SignatureDraft(Input):
    visit_id: UUID
    signer: Signer
    how_known: MaybeWords = ""
    intent: MaybeWords = ""
    consent_text: MaybeWords = ""
    method: Method
    strokes: Annotated[list[list[Point]], Field(max_length=500)] = []
    typed_name: MaybeWords = ""
    declined_reason: MaybeWords = ""
    read_to: ReadTo | None = None
    summary_sha256: Sha256
    # Hashed as it is: trimming it would make another text of it.
    summary_text: Annotated[str, StringConstraints(strip_whitespace=False, max_length=50_000)]
    signed_at: Moment
    locale: Locale
