"""One item of every kind and schema that was ever released, sealed and signed as that release did, and kept for ever.

`PYTHONPATH=backend python -m tests.phone.releasing` writes those that are not there yet; a new kind adds its body below.
The keys are those of wire_v1.json, and for tests only.
"""

import io
import json
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey
from PIL import Image

from porchlight.core.keys import Keys, b64u, from_b64u, sha256
from porchlight.core.seal import Label, seal
from porchlight.phone.kinds import KINDS
from porchlight.visits.door.rules import yes_digits
from porchlight.visits.drafts import VisitDraft
from porchlight.visits.service import summary_of
from tests.phone.fake_phone import Item, Phone, sign_body, stamp
from tests.world import MONDAY

FOLDER = Path(__file__).parent / "released"
V1: dict[str, Any] = json.loads((Path(__file__).parent / "wire_v1.json").read_text())
KEYS = Keys(V1["secret"])
DEVICE = V1["device"]["device_id"]
KEY = ECKey.import_key(V1["device"]["private"])
CASE = "0193a1b2-c3d4-7000-8000-00000000ca5e"
CHILD = "0193a1b2-c3d4-7000-8000-0000000000c1"
VISIT = "0193a1b2-c3d4-7000-8000-0000000f0001"
PHOTO = "0193a1b2-c3d4-7000-8000-0000000f0003"
TAKEN_BACK = "0193a1b2-c3d4-7000-8000-0000000f0004"
AMENDMENT = "0193a1b2-c3d4-7000-8000-0000000f0005"
ANSWERED = "0193a1b2-c3d4-7000-8000-0000000f0006"
RESCUED = "0193a1b2-c3d4-7000-8000-0000000f0007"
TOKEN = b64u(bytes(range(32)))
PART = 5_000

LOG = {
    "visit_id": VISIT,
    "case_id": CASE,
    "kind": "caseworker_visit",
    "started_at": "2026-11-23T16:00:00.000Z",
    "ended_at": "2026-11-23T17:00:00.000Z",
    "zone": "America/Chicago",
    "place": "home",
    "in_residence": True,
    "place_note": "By the back door",
    "persons_seen": ["Odessa Vance"],
    "observations": "The heating works again.",
    "summary": {"came": "Rowan I.", "agreed": ["A bed rail by Friday"], "next_visit": "2026-12-14", "note": "Thank you"},
    "children": [{"person_id": CHILD, "seen": True, "alone": "no", "alone_reason": "Asleep", "not_seen_reason": "", "private_note": "Slept well"}],
    "topics": ["health", "school"],
    "follow_ups": [{"id": "0193a1b2-c3d4-7000-8000-0000000f00f1", "title": "Bed rail", "due_on": "2026-11-27"}],
    "late_reason": "",
    "drift_ms": 120,
    "time_source": "phone",
}  # fmt: skip


# It leaves what was signed as it is.
AMEND = {
    "amendment_id": AMENDMENT,
    "visit_id": VISIT,
    "case_id": CASE,
    "base": [],
    "reason": "I had forgotten the boiler.",
    "changes": {"observations": "The heating works again. The boiler is new.", "children": [{"person_id": CHILD, "private_note": "Slept very well"}]},
    "drift_ms": 120,
}  # fmt: skip
RESCUE = {
    "visit_id": "0193a1b2-c3d4-7000-8000-0000000f0008",
    "case_id": CASE,
    "page": f"/cases/{CASE}/visits/new",
    "fields": {"observations": ["The door was open."]},
    "signature": None,
}


def digits_body() -> dict[str, Any]:
    over = sha256(summary_of(VisitDraft.model_validate(LOG)).encode())
    return {
        "visit_id": VISIT,
        "token": TOKEN,
        "digits": yes_digits(TOKEN, over),
        "summary_sha256": over,
        "said_at": stamp(MONDAY),
        "drift_ms": 0,
    }


def small_picture() -> bytes:
    kept = io.BytesIO()
    Image.effect_noise((240, 180), 60).convert("RGB").save(kept, "JPEG", quality=70)
    return kept.getvalue()


def photo_body(picture: bytes, parts: list[bytes]) -> dict[str, Any]:
    return {
        "media_id": PHOTO,
        "visit_id": VISIT,
        "purpose": "home",
        "consent": {"given": True, "by": "Odessa Vance"},
        "taken_at": stamp(MONDAY),
        "mime": "image/jpeg",
        "width": 240,
        "height": 180,
        "size": len(picture),
        "sha256": sha256(picture),
        "parts": [{"length": len(part), "sha256": sha256(part)} for part in parts],
    }


def sealed_parts(picture: bytes) -> list[bytes]:
    pieces = [picture[at : at + PART] for at in range(0, len(picture), PART)]
    names = (KEYS.intake_kid, PHOTO, DEVICE, "visit.photo", 1, PHOTO)
    whole = sha256(picture)
    public = KEYS.intake.public_key()
    return [seal(piece, public, Label(*names, at, len(pieces), whole)) for at, piece in enumerate(pieces)]


def make(kind: str, schema: int, seq: int) -> dict[str, Any]:
    """One item as that release's phone would have saved it."""
    parts: list[bytes] = []
    if (kind, schema) == ("visit.log", 1):
        op_id, body = VISIT, LOG
    elif (kind, schema) == ("visit.sign", 1):
        summary = summary_of(VisitDraft.model_validate(LOG))
        op_id, body = "0193a1b2-c3d4-7000-8000-0000000f0002", sign_body(VISIT, summary)
    elif (kind, schema) == ("visit.photo", 1):
        picture = small_picture()
        parts = sealed_parts(picture)
        op_id, body = PHOTO, photo_body(picture, parts)
    elif (kind, schema) == ("withdrawn", 1):
        op_id, body = TAKEN_BACK, {"op_id": TAKEN_BACK, "withdrawn_at": stamp(MONDAY)}
    elif (kind, schema) == ("visit.amend", 1):
        op_id, body = AMENDMENT, AMEND
    elif (kind, schema) == ("visit.door", 1):
        op_id, body = ANSWERED, digits_body()
    elif (kind, schema) == ("draft.rescued", 1):
        op_id, body = RESCUED, RESCUE
    else:
        raise LookupError(f"Write here what a phone sends as {kind}, schema {schema}.")
    sealed = seal(
        json.dumps(body).encode(), KEYS.intake.public_key(), Label(KEYS.intake_kid, op_id, DEVICE, kind, schema)
    )
    phone = Phone.__new__(Phone)
    phone.key, phone.device_id, phone.kid = KEY, DEVICE, KEYS.intake_kid
    jws = phone.sign(op_id, kind, seq, sealed, schema=schema)
    return {"kind": kind, "schema": schema, "seq": seq, "op_id": op_id, "plain": body, "jws": jws, "sealed": b64u(sealed), "parts": [b64u(part) for part in parts]}  # fmt: skip


def released() -> dict[tuple[str, int], Item]:
    """By kind and schema, in the order in which they were made."""
    found = sorted((json.loads(file.read_text()) for file in FOLDER.glob("*.json")), key=lambda one: one["seq"])
    return {
        (one["kind"], one["schema"]): Item(
            one["op_id"],
            one["seq"],
            one["kind"],
            from_b64u(one["sealed"]),
            one["jws"],
            [from_b64u(part) for part in one["parts"]],
            one["plain"]["sha256"] if one["parts"] else "",
        )
        for one in found
    }


def write() -> list[str]:
    known = released()
    made = [make(kind, schema, seq) for seq, (kind, schema) in enumerate(_new(known), start=len(known) + 1)]
    for one in made:
        (FOLDER / f"{one['kind']}-{one['schema']}.json").write_text(json.dumps(one, indent=1) + "\n")
    return [f"{one['kind']} {one['schema']}" for one in made]


def _new(known: dict[tuple[str, int], Item]) -> list[tuple[str, int]]:
    return [one for one in KINDS if one not in known]


if __name__ == "__main__":
    write()
