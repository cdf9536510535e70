"""The examples of the wire, version 1: read here by the server's half, in tests/pwa/wire_v1.test.js by the phone's."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from porchlight.core.clock import parse_iso
from porchlight.core.keys import Keys, b64u, from_b64u, point, sha256
from porchlight.core.seal import Label, SealBroken, unseal
from porchlight.evidence import rules
from porchlight.evidence.drafts import PhotoDraft, SignatureDraft
from porchlight.phone import wire
from porchlight.phone.kinds import KINDS, WithdrawnBody
from porchlight.visits.amend_drafts import AmendmentDraft
from porchlight.visits.door import rules as door
from porchlight.visits.door.drafts import DigitsDraft
from porchlight.visits.drafts import VisitDraft
from porchlight.visits.service import mark_of, summary_of

V1: dict[str, Any] = json.loads((Path(__file__).parent / "wire_v1.json").read_text())
ITEMS = {item["kind"]: item for item in V1["items"]}
KEYS = Keys(V1["secret"])
DEVICE = {name: V1["device"]["private"][name] for name in ("kty", "crv", "x", "y")}
MODELS = {
    "visit.log": VisitDraft,
    "visit.sign": SignatureDraft,
    "visit.photo": PhotoDraft,
    "visit.door": DigitsDraft,
    "visit.amend": AmendmentDraft,
    "withdrawn": WithdrawnBody,
}
each_kind = pytest.mark.parametrize("kind", ITEMS)


def test_there_is_an_example_of_every_kind_that_we_take() -> None:
    assert {(item["kind"], item["claims"]["schema"]) for item in V1["items"]} == set(KINDS)


def test_the_keys_of_a_secret_stay_the_same_keys() -> None:
    assert KEYS.intake_kid == V1["intake_key"]["kid"]
    assert b64u(point(KEYS.intake.public_key())) == V1["intake_key"]["public"]
    assert KEYS.receipt_jwk() == V1["receipt_key"]


@each_kind
def test_what_a_device_signed_is_read_claim_by_claim(kind: str) -> None:
    item = ITEMS[kind]

    claims = wire.read(item["jws"])

    assert claims.model_dump(by_alias=True) == item["claims"]
    assert wire.signed_by(item["jws"], DEVICE)
    assert not wire.signed_by(item["jws"], {**V1["receipt_key"]})


@each_kind
def test_what_a_phone_sealed_opens_and_its_body_fits(kind: str) -> None:
    item = ITEMS[kind]
    claims = wire.read(item["jws"])
    sealed = from_b64u(item["sealed"])

    plain = unseal(sealed, KEYS.intake, claims.label())

    assert sha256(sealed) == claims.sha256
    assert claims.label().info().decode() == item["info"]
    assert plain.decode() == item["plain"]
    if kind != "draft.rescued":  # which is held as it is, for a person to read
        MODELS[kind].model_validate_json(plain)


@each_kind
def test_a_seal_opens_under_no_other_name(kind: str) -> None:
    item = ITEMS[kind]
    label = wire.read(item["jws"]).label()
    others = {"kid": "AAAAAAAAAAA", "op_id": label.device_id, "device_id": label.op_id, "kind": "x", "schema": 2}

    for name, value in others.items():
        changed = Label(**{**{field: getattr(label, field) for field in others}, name: value})
        with pytest.raises(SealBroken):
            unseal(from_b64u(item["sealed"]), KEYS.intake, changed)


def test_the_parts_of_a_picture_open_each_in_its_place() -> None:
    whole = b""
    for part in V1["parts"]:
        names = (part["media_id"], part["part"], part["parts"], part["sha256"])
        label = Label(KEYS.intake_kid, part["op_id"], part["device_id"], part["kind"], part["schema"], *names)
        assert label.info().decode() == part["info"]
        piece = unseal(from_b64u(part["sealed"]), KEYS.intake, label)
        assert b64u(piece) == part["plain"]
        whole += piece

    said = json.loads(ITEMS["visit.photo"]["plain"])
    assert (sha256(whole), len(whole)) == (said["sha256"], said["size"])
    assert said["parts"] == [
        {"length": len(from_b64u(part["sealed"])), "sha256": sha256(from_b64u(part["sealed"]))} for part in V1["parts"]
    ]


@each_kind
def test_a_receipt_says_what_the_example_says(kind: str) -> None:
    item = ITEMS[kind]
    expected = item["receipt"]["payload"]

    made = wire.make_receipt(
        KEYS,
        wire.read(item["jws"]),
        received_at=parse_iso(expected["received_at"]),
        record=expected["record"],
        media_sha256=expected.get("media_sha256", ""),
        held=expected.get("held", False),
    )

    key = ECKey.import_key(V1["receipt_key"])
    for receipt in (made, item["receipt"]["jws"]):
        opened = jws.deserialize_compact(receipt, key, algorithms=["ES256"])
        assert opened.headers() == {"alg": "ES256", "typ": "porchlight-receipt", "kid": KEYS.receipt_kid}
        assert json.loads(opened.payload) == expected


def test_the_signed_summary_is_the_one_of_the_visits_body() -> None:
    visit = VisitDraft.model_validate_json(ITEMS["visit.log"]["plain"])
    signed = json.loads(ITEMS["visit.sign"]["plain"])

    assert summary_of(visit) == signed["summary_text"]
    assert sha256(summary_of(visit).encode()) == signed["summary_sha256"]


def test_a_code_at_the_door_is_the_same_on_both_sides() -> None:
    shown = V1["door"]
    claims = shown["claims"]
    opened = jws.deserialize_compact(shown["ticket"], ECKey.import_key(DEVICE), algorithms=["ES256"])

    assert opened.headers() == {"alg": "ES256", "typ": "porchlight-door", "kid": V1["device"]["device_id"]}
    assert json.loads(opened.payload) == claims
    assert claims["token_sha256"] == sha256(shown["token"].encode())
    assert claims["summary_sha256"] == sha256(shown["summary_text"].encode())
    assert door.short_code(shown["token"], claims["summary_sha256"]) == shown["short_code"]
    assert door.yes_digits(shown["token"], claims["summary_sha256"]) == shown["yes_digits"]
    assert shown["in_visit"]["code_sha256"] == sha256(shown["short_code"].encode())


def test_a_visit_may_say_that_a_code_was_shown_and_is_the_same_draft_as_ever_without() -> None:
    said = json.loads(ITEMS["visit.log"]["plain"])

    with_code = VisitDraft.model_validate(said | {"door": V1["door"]["in_visit"]})

    assert with_code.door is not None
    # What a visit of the first release is told from another one by: this must never change.
    assert mark_of(VisitDraft.model_validate(said)) == "sD1e6RNq1PMVqOd8ODH-dECI-4SdlM6PPgcpgVQbUmE"


@pytest.mark.asvs("5.1.1")
def test_the_sizes_and_types_on_the_page_are_those_of_the_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "wire.md").read_text()

    assert f"at most {wire.MOST_BODY:,}" in page
    assert f"A part is at most {rules.MOST_PART:,} bytes" in page
    photo = next(line for line in page.splitlines() if line.startswith("A photo is"))
    types = [rules.type_of(start) for start in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF....WEBP")]
    assert types == ["image/jpeg", "image/png", "image/webp"]
    assert "JPEG, PNG or WebP" in photo
    assert re.findall(r"\d[\d,]*", photo) == [
        f"{number:,}" for number in (rules.MOST_PIXELS, rules.MOST_BYTES, rules.MOST_PARTS, rules.MOST_PHOTOS)
    ]
