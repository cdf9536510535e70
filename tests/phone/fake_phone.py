"""A phone in Python that seals, signs, uploads and checks receipts exactly as docs/wire.md says, and nothing more."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.jwk import ECKey
from PIL import Image
from sqlmodel import Session

from porchlight.core.ids import new_id
from porchlight.core.keys import Keys, sha256
from porchlight.core.seal import Label, seal
from porchlight.people import queries as people
from porchlight.people import service as people_service
from tests.world import MONDAY, World

Answer = httpx.Response
Send = Callable[..., httpx.Response]
PART = 60_000  # small, so that even a small picture has several


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Item:
    """One item in the outbox: what is sent, and what came of it."""

    op_id: str
    seq: int
    kind: str
    sealed: bytes
    jws: str
    parts: list[bytes] = field(default_factory=list)
    media_sha256: str = ""
    receipt: dict[str, Any] | None = None

    @property
    def sha256(self) -> str:
        return sha256(self.sealed)


class Phone:
    """One person's enrolment. The keys it pins are the server's public halves, as enrolment gives them."""

    def __init__(self, session: Session, keys: Keys, world: World, name: str, *, now: datetime = MONDAY) -> None:
        self.key = ECKey.generate_key("P-256")
        self.device_id = str(new_id())
        self.account_id = world.accounts[name]
        self.intake: ec.EllipticCurvePublicKey = keys.intake.public_key()
        self.kid = keys.intake_kid
        self.receipt_key = ECKey.import_key(keys.receipt.public_key())
        self.seq = 0
        actor = people.actor_of(session, self.account_id)
        assert actor
        public = self.key.as_dict(private=False)
        people_service.enrol(session, actor, UUID(self.device_id), public, "Fake phone", now=now)

    def save(self, kind: str, body: dict[str, Any] | bytes, *, op_id: str = "", seq: int = 0, **also: Any) -> Item:
        """Seal and sign, as at Save. also: claims to set otherwise than they should be."""
        op_id = op_id or str(new_id())
        if not seq:
            self.seq += 1
            seq = self.seq
        schema = also.get("schema", 1)
        plain = body if isinstance(body, bytes) else json.dumps(body).encode()
        sealed = seal(plain, self.intake, Label(self.kid, op_id, self.device_id, kind, schema))
        return Item(op_id, seq, kind, sealed, self.sign(op_id, kind, seq, sealed, **also))

    def sign(self, op_id: str, kind: str, seq: int, sealed: bytes, **also: Any) -> str:
        header = {"alg": "ES256", "typ": "porchlight-deposit", "kid": self.device_id, **also.pop("header", {})}
        key = also.pop("signing_key", self.key)
        payload = {
            "v": 1,
            "op_id": op_id,
            "device_id": self.device_id,
            "kind": kind,
            "schema": 1,
            "seq": seq,
            "captured_at": stamp(MONDAY),
            "key": self.kid,
            "sha256": sha256(sealed),
            "path": "/api/v1/deposits",
            **also,
        }
        return jws.serialize_compact(header, json.dumps(payload), key, algorithms=[header["alg"]])

    def visit(self, world: World, **changes: Any) -> Item:
        body = visit_body(world, **changes)
        return self.save("visit.log", body, op_id=body["visit_id"])

    def signature(self, visit: Item, summary: str, **changes: Any) -> Item:
        return self.save("visit.sign", sign_body(visit.op_id, summary, **changes))

    def photo(self, visit: Item, picture: bytes, **changes: Any) -> Item:
        """Cut, sealed part by part, announced."""
        op_id = changes.pop("op_id", "") or str(new_id())
        pieces = [picture[at : at + PART] for at in range(0, len(picture), PART)]
        whole = sha256(picture)
        count = len(pieces)
        sealed = []
        for number, piece in enumerate(pieces):
            label = Label(self.kid, op_id, self.device_id, "visit.photo", 1, op_id, number, count, whole)
            sealed.append(seal(piece, self.intake, label))
        body = {
            "media_id": op_id,
            "visit_id": visit.op_id,
            "purpose": "home",
            "consent": {"given": True, "by": "Sunniva Aldous"},
            "taken_at": stamp(MONDAY),
            "mime": "image/jpeg",
            "width": 1600,
            "height": 1200,
            "size": len(picture),
            "sha256": whole,
            "parts": [{"length": len(part), "sha256": sha256(part)} for part in sealed],
            **changes,
        }
        item = self.save("visit.photo", body, op_id=op_id)
        item.parts, item.media_sha256 = sealed, whole
        return item

    def withdraw(self, item: Item) -> Item:
        """Undo: the same op_id and number, another kind."""
        body = {"op_id": item.op_id, "withdrawn_at": stamp(MONDAY)}
        return self.save("withdrawn", body, op_id=item.op_id, seq=item.seq)

    def deposit(self, send: Send, item: Item) -> Answer:
        """Send it once; a receipt that fits is kept with the item."""
        headers = {"Content-Type": "application/octet-stream", "Porchlight-Deposit": item.jws}
        answer = send("POST", "/api/v1/deposits", content=item.sealed, headers=headers)
        if answer.status_code in {200, 201} and answer.json()["outcome"] == "accepted":
            item.receipt = self.check(answer.json()["receipt"], item)
        return answer

    def check(self, receipt: str, item: Item) -> dict[str, Any]:
        """What a phone checks before it lets go; raises when anything is off."""
        opened = jws.deserialize_compact(receipt, self.receipt_key, algorithms=["ES256"])
        said: dict[str, Any] = json.loads(opened.payload)
        assert opened.headers()["typ"] == "porchlight-receipt"
        assert (said["op_id"], said["device_id"]) == (item.op_id, self.device_id)
        assert said["sha256"] == item.sha256
        assert said.get("media_sha256", "") == item.media_sha256
        return said

    def upload(self, send: Send, item: Item, answer: Answer) -> list[int]:
        """Put every part that the answer asks for; returns the statuses."""
        statuses = []
        for wanted in answer.json()["upload"]:
            put = send("PUT", wanted["url"], content=item.parts[wanted["part"]], headers=wanted["headers"])
            statuses.append(put.status_code)
        return statuses


def visit_body(world: World, **changes: Any) -> dict[str, Any]:
    """A home visit to three siblings on Monday, 10 to 11 in the morning in Chicago."""
    return {
        "visit_id": str(new_id()),
        "case_id": str(world.case),
        "kind": "caseworker_visit",
        "started_at": "2026-11-23T16:00:00.000Z",
        "ended_at": "2026-11-23T17:00:00.000Z",
        "zone": "America/Chicago",
        "place": "home",
        "in_residence": True,
        "place_note": "",
        "persons_seen": ["Sunniva Aldous"],
        "observations": "The heating works again.",
        "summary": {
            "came": "Rowan Ibarra",
            "agreed": ["A bed rail by Friday"],
            "next_visit": "2026-12-14",
            "note": "Thank you for the tea.",
        },
        "children": [
            {"person_id": str(child), "seen": True, "alone": "yes", "private_note": f"Note {number}"}
            for number, child in enumerate(world.children)
        ],
        "topics": ["health"],
        "follow_ups": [{"id": str(new_id()), "title": "Ring the school", "due_on": "2026-12-01"}],
        "late_reason": "",
        "drift_ms": 120,
        "time_source": "phone",
        **changes,
    }


def sign_body(visit_id: str, summary: str, **changes: Any) -> dict[str, Any]:
    return {
        "visit_id": visit_id,
        "signer": {"name": "Sunniva Aldous", "relation": "Foster parent"},
        "how_known": "Known to the caseworker",
        "intent": "I sign this summary.",
        "consent_text": "I agree to sign on this phone.",
        "method": "drawn",
        "strokes": [[[1, 2, 0], [3.5, 4, 16]]],
        "typed_name": "",
        "declined_reason": "",
        "read_to": None,
        "summary_sha256": sha256(summary.encode()),
        "summary_text": summary,
        "signed_at": stamp(MONDAY),
        "locale": "en",
        **changes,
    }


def summary_of(body: dict[str, Any]) -> str:
    """The signed text, put together here a second time by the words of docs/wire.md."""
    summary = body["summary"]
    lines = [
        "porchlight-summary/1",
        f"visit {body['visit_id']}",
        f"from {body['started_at'][:16]}Z",
        f"to {body['ended_at'][:16]}Z",
        f"zone {body['zone']}",
        f"place {body['place']}",
        f"came {summary['came']}",
        *(f"agreed {item}" for item in summary["agreed"]),
        f"next {summary['next_visit'] or '-'}",
        f"note {summary['note']}",
    ]
    return "\n".join(lines)


def photograph(width: int = 640, height: int = 480, *, exif: bool = True, kind: str = "JPEG") -> bytes:
    """A noisy picture; with `exif` it says where it was taken and which way up the camera was held."""
    picture = Image.effect_noise((width, height), 80).convert("RGB")
    tags = Image.Exif()
    if exif:
        tags[0x0112] = 6  # the camera lay on its side
        tags[0x010E] = "Gideon at 4 Lantern Row"
        tags.get_ifd(0x8825).update({1: "N", 2: (41.0, 52.0, 30.0), 3: "W", 4: (87.0, 37.0, 12.0)})
    out = io.BytesIO()
    picture.save(out, kind, exif=tags.tobytes() if exif else b"")
    return out.getvalue()
