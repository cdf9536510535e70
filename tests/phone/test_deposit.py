"""A deposit over HTTP: accepted once, refused in words, never doubled, never lost."""

import json
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from joserfc import jws as jose
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey

from porchlight.app import create
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.phone import queries, service
from porchlight.visits.models import Contact
from tests.browsing import Browser
from tests.phone.fake_phone import Phone, Send, summary_of, visit_body
from tests.phone.flooding import flood
from tests.sealed import words
from tests.world import World


def count(db: Database, table: str) -> int:
    with db.reading() as session:
        return int(session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def column(db: Database, query: str) -> list[Any]:
    with db.reading() as session:
        return list(session.scalars(sa.text(query)))


def test_a_visit_arrives_with_a_receipt_that_the_phone_can_check(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    visit = phone.visit(world)

    answer = phone.deposit(send, visit)

    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert visit.receipt
    assert visit.receipt["seq"] == 1
    assert visit.receipt["received_at"] == "2026-11-23T18:00:00.000Z"
    assert visit.receipt["record"] == f"/visits/{visit.op_id}"
    assert "held" not in visit.receipt
    assert (count(db, "contacts"), count(db, "contact_children"), count(db, "deposits")) == (1, 3, 1)


@pytest.mark.fault(2)
def test_an_answer_lost_after_the_commit_makes_no_doubles(
    db: Database, world: World, phone: Phone, send: Send, record_property: Callable[[str, object], None]
) -> None:
    visit = phone.visit(world)
    first = phone.deposit(send, visit).json()["receipt"]

    answers = [phone.deposit(send, visit) for _ in range(100)]

    assert {(answer.status_code, answer.json()["receipt"]) for answer in answers} == {(200, first)}
    assert (count(db, "contacts"), count(db, "tasks"), count(db, "deposits")) == (1, 1, 1)
    record_property("figure", f"sent {1 + len(answers)} times: 1 row on {db.dialect}")


def test_two_sends_at_the_same_moment_make_one_visit_and_one_receipt(
    db: Database, tools: Tools, world: World, phone: Phone
) -> None:
    visits = [phone.visit(world) for _ in range(5)]
    receipts: dict[str, list[str]] = {visit.op_id: [] for visit in visits}
    together = threading.Barrier(20)

    def send(number: int) -> None:
        visit = visits[number % 5]
        together.wait()
        with db.transaction() as session:
            answer = service.deposit(session, tools.keys, visit.jws, visit.sealed, now=db.now(session))
        receipts[visit.op_id].append(answer.receipt)

    threads = [threading.Thread(target=send, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {len(set(signed)) for signed in receipts.values()} == {1}
    assert {len(signed) for signed in receipts.values()} == {4}
    assert (count(db, "contacts"), count(db, "deposits")) == (5, 5)
    with db.reading() as session:
        assert queries.gaps(session, UUID(phone.device_id)) == []
    assert column(db, "SELECT highest_seq FROM devices") == [5]


def test_other_words_under_an_accepted_number_are_refused_with_the_first_receipt(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    visit = phone.visit(world)
    first = phone.deposit(send, visit).json()["receipt"]
    body = visit_body(world, visit_id=visit.op_id, observations="Something else")

    answer = phone.deposit(send, phone.save("visit.log", body, op_id=visit.op_id, seq=visit.seq))

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["outcome"] == "needs_fix"
    assert answer.json()["receipt"] == first
    assert words(db, Contact.observations) == ["The heating works again."]


def test_undoing_what_has_arrived_gives_back_its_receipt(db: Database, world: World, phone: Phone, send: Send) -> None:
    visit = phone.visit(world)
    phone.deposit(send, visit)

    answer = phone.deposit(send, phone.withdraw(visit))

    assert answer.status_code == 409
    assert phone.check(answer.json()["receipt"], visit) == visit.receipt
    assert count(db, "contacts") == 1


def test_undone_before_it_was_sent_leaves_only_its_number(db: Database, world: World, phone: Phone, send: Send) -> None:
    taken_back = phone.withdraw(phone.visit(world))

    assert phone.deposit(send, taken_back).status_code == 201
    assert phone.deposit(send, taken_back).status_code == 200

    assert taken_back.receipt
    assert count(db, "contacts") == 0
    assert column(db, "SELECT outcome FROM deposits WHERE sealed IS NULL") == ["withdrawn"]
    with db.reading() as session:
        assert queries.gaps(session, UUID(phone.device_id)) == []


def test_a_number_that_was_used_for_something_else_is_refused(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    phone.deposit(send, phone.visit(world))
    body = visit_body(world)

    answer = phone.deposit(send, phone.save("visit.log", body, op_id=body["visit_id"], seq=1))

    assert answer.status_code == 409
    assert "receipt" not in answer.json()
    assert count(db, "contacts") == 1


def test_another_phone_cannot_learn_the_receipt_of_an_item(
    db: Database, world: World, phone_of: Callable[..., Phone], send: Send
) -> None:
    mine, theirs = phone_of("rowan"), phone_of("tamsin")
    visit = mine.visit(world)
    mine.deposit(send, visit)

    answer = theirs.deposit(send, theirs.save("visit.log", visit_body(world), op_id=visit.op_id))

    assert answer.status_code == 409
    assert "receipt" not in answer.json()


def test_a_refused_item_may_be_corrected_and_sent_again(db: Database, world: World, phone: Phone, send: Send) -> None:
    wrong = phone.visit(world, ended_at="2026-11-23T15:00:00.000Z")
    refused = phone.deposit(send, wrong)
    body = visit_body(world, visit_id=wrong.op_id)

    answer = phone.deposit(send, phone.save("visit.log", body, op_id=wrong.op_id, seq=wrong.seq))

    assert refused.status_code == 422
    assert refused.json()["errors"]
    assert answer.status_code == 201
    assert (count(db, "contacts"), count(db, "deposits")) == (1, 1)


def test_a_reason_is_said_in_the_persons_language(
    db: Database, world: World, phone: Phone, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        "porchlight.phone.controllers.depositing.translate", lambda words, locale, **_: said.append(locale) or words
    )
    with db.transaction() as session:
        session.execute(sa.text("UPDATE accounts SET locale = 'es'"))

    phone.deposit(send, phone.visit(world, place="moon"))

    assert set(said) == {"es"}


@pytest.mark.asvs("8.2.2")
def test_another_persons_case_is_refused_as_if_it_were_not_there(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    child = {"person_id": str(world.other_child), "seen": True, "alone": "yes"}
    theirs = phone.visit(world, case_id=str(world.other_case), children=[child])
    nobodys = phone.visit(world, case_id="019ab000-0000-7000-8000-000000000000", children=[child])

    answers = [phone.deposit(send, item) for item in (theirs, nobodys)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]
    assert "caseload" in answers[0].json()["detail"]
    assert count(db, "contacts") == 0


FORGERIES: dict[str, Callable[[Phone, World], tuple[str, bytes]]] = {}


def forgery(make: Callable[[Phone, World], tuple[str, bytes]]) -> Callable[[Phone, World], tuple[str, bytes]]:
    FORGERIES[make.__name__] = make
    return make


@forgery
def one_bit_of_the_seal(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    return visit.jws, visit.sealed[:-1] + bytes([visit.sealed[-1] ^ 1])


@forgery
def one_bit_of_the_seal_signed_again(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    broken = visit.sealed[:-1] + bytes([visit.sealed[-1] ^ 1])
    return phone.sign(visit.op_id, visit.kind, visit.seq, broken), broken


@forgery
def the_signature_of_another_key(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    other = ECKey.generate_key("P-256")
    return phone.sign(visit.op_id, visit.kind, visit.seq, visit.sealed, signing_key=other), visit.sealed


@forgery
def a_claim_changed_after_signing(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    other = phone.sign(visit.op_id, visit.kind, 7, visit.sealed).split(".")
    return ".".join([*other[:2], visit.jws.split(".")[2]]), visit.sealed


@forgery
def a_seal_for_another_number(phone: Phone, world: World) -> tuple[str, bytes]:
    visit, other = phone.visit(world), phone.visit(world)
    return phone.sign(visit.op_id, visit.kind, visit.seq, other.sealed), other.sealed


@forgery
def a_seal_for_another_kind(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    return phone.sign(visit.op_id, "visit.sign", visit.seq, visit.sealed), visit.sealed


@forgery
def a_signature_for_another_door(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    return phone.sign(visit.op_id, visit.kind, visit.seq, visit.sealed, path="/api/v1/crises"), visit.sealed


@forgery
def a_signature_of_another_type(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    header = {"typ": "porchlight-crisis"}
    return phone.sign(visit.op_id, visit.kind, visit.seq, visit.sealed, header=header), visit.sealed


@forgery
def a_claim_that_nobody_knows(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    return phone.sign(visit.op_id, visit.kind, visit.seq, visit.sealed, admin=True), visit.sealed


@forgery
def a_number_as_text(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    return phone.sign(visit.op_id, visit.kind, "1", visit.sealed), visit.sealed  # type: ignore[arg-type]


@forgery
def a_day_that_is_not(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    moment = "2026-02-30T10:00:00.000Z"
    return phone.sign(visit.op_id, visit.kind, visit.seq, visit.sealed, captured_at=moment), visit.sealed


@forgery
def a_phone_that_was_never_enrolled(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    stranger = "019ab000-0000-7000-8000-000000000000"
    header = {"kid": stranger}
    return (
        phone.sign(visit.op_id, visit.kind, visit.seq, visit.sealed, device_id=stranger, header=header),
        visit.sealed,
    )


@forgery
def no_signature_at_all(phone: Phone, world: World) -> tuple[str, bytes]:
    return "", phone.visit(world).sealed


@forgery
def the_algorithm_none(phone: Phone, world: World) -> tuple[str, bytes]:
    visit = phone.visit(world)
    payload = visit.jws.split(".")[1]
    return f"eyJhbGciOiJub25lIn0.{payload}.", visit.sealed


@forgery
def the_public_key_as_a_password(phone: Phone, world: World) -> tuple[str, bytes]:
    """HS256 keyed with what everybody may know."""
    from joserfc.jwk import OctKey

    visit = phone.visit(world)
    secret = OctKey.import_key(json.dumps(phone.key.as_dict(private=False)))
    header = {"alg": "HS256"}
    return (
        phone.sign(visit.op_id, visit.kind, visit.seq, visit.sealed, signing_key=secret, header=header),
        visit.sealed,
    )


@pytest.mark.asvs("4.1.5")
def test_each_forgery_is_refused_in_words_and_writes_nothing(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    answers = {}
    for name, forge in FORGERIES.items():
        authority, sealed = forge(phone, world)
        answers[name] = send("POST", "/api/v1/deposits", content=sealed, headers={"Porchlight-Deposit": authority})

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(FORGERIES, 422)
    assert {answer.json()["outcome"] for answer in answers.values()} == {"needs_fix"}
    assert all(len(answer.json()["detail"]) > 20 for answer in answers.values())
    assert not any("receipt" in answer.json() for answer in answers.values())
    assert count(db, "contacts") == 0
    assert not set(column(db, "SELECT outcome FROM deposits")) - {"needs_fix"}


@pytest.mark.asvs("4.1.5")
def test_a_flipped_bit_leaves_a_trace_in_the_audit(db: Database, world: World, phone: Phone, send: Send) -> None:
    authority, sealed = one_bit_of_the_seal(phone, world)

    send("POST", "/api/v1/deposits", content=sealed, headers={"Porchlight-Deposit": authority})

    assert column(db, "SELECT act FROM audit_events WHERE act LIKE 'deposit%'") == ["deposit.turned_away"]


def test_a_receipt_of_another_server_is_not_believed(world: World, phone: Phone, send: Send) -> None:
    visit = phone.visit(world)
    phone.deposit(send, visit)
    forged = jose.serialize_compact(
        {"alg": "ES256", "typ": "porchlight-receipt"},
        json.dumps(visit.receipt),
        ECKey.generate_key("P-256"),
        algorithms=["ES256"],
    )

    with pytest.raises(BadSignatureError):
        phone.check(forged, visit)


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+12:00"])
def test_an_impossible_year_is_refused_by_itself_and_keeps_no_visit_out(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Callable[..., Browser], at: str
) -> None:
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    signature = phone.signature(visit, summary_of(body), signed_at=at)

    first = phone.deposit(send, signature)
    arrived = phone.deposit(send, visit)
    again = phone.deposit(send, signature)

    assert (first.status_code, arrived.status_code, again.status_code) == (422, 201, 422)
    assert browser_of("rowan").get(f"/visits/{body['visit_id']}").status_code == 200


def test_what_breaks_while_it_waits_keeps_no_visit_out(
    db: Database, world: World, phone: Phone, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    signature = phone.signature(visit, summary_of(body))
    phone.deposit(send, signature)

    def break_down(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("porchlight.evidence.service.sign", break_down)
        assert phone.deposit(send, visit).status_code == 201
    assert phone.deposit(send, signature).status_code == 201


@pytest.mark.parametrize(("kind", "schema"), [("visit.log", 2), ("visit.sing", 1)])
def test_a_kind_or_schema_that_we_do_not_know_asks_for_an_update(
    kind: str, schema: int, db: Database, world: World, phone: Phone, send: Send
) -> None:
    answer = phone.deposit(send, phone.save(kind, visit_body(world), schema=schema))

    assert answer.status_code == 422
    assert "Update the app" in answer.json()["detail"]
    assert column(db, "SELECT outcome FROM deposits") == ["needs_fix"]


BROKEN_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not json": b"\xff\xfe",
    "a list": b"[]",
    "too deep": b"[" * 100_000,
    "an unknown field": b'{"admin": true}',
    "a lone surrogate": b'{"visit_id": "\\ud800"}',
    "a number that is none": b'{"drift_ms": NaN}',
}


def test_a_body_that_makes_no_sense_is_refused_in_words(db: Database, phone: Phone, send: Send) -> None:
    kinds = ["visit.log", "visit.sign", "visit.photo", "withdrawn"]
    tried = [(name, kind) for name in BROKEN_BODIES for kind in kinds]

    answers = [phone.deposit(send, phone.save(kind, BROKEN_BODIES[name])) for name, kind in tried]

    wrong = [what for what, answer in zip(tried, answers, strict=True) if answer.status_code != 422]
    assert not wrong
    assert {answer.json()["outcome"] for answer in answers} == {"needs_fix"}
    assert column(db, "SELECT DISTINCT outcome FROM deposits") == ["needs_fix"]
    assert count(db, "deposits") == len(tried)


def test_a_body_that_names_another_item_is_refused(db: Database, world: World, phone: Phone, send: Send) -> None:
    answer = phone.deposit(send, phone.save("visit.log", visit_body(world)))

    assert answer.status_code == 422
    assert count(db, "contacts") == 0


@pytest.mark.asvs("5.2.1")
def test_a_body_of_200_megabytes_is_refused_before_it_is_read(tools: Tools, world: World, phone: Phone) -> None:
    headers = {"Porchlight-Deposit": phone.visit(world).jws}

    announced, unannounced = (
        flood(create(tools=tools), "POST", "/api/v1/deposits", headers, announced=said) for said in (True, False)
    )

    assert (announced.status, unannounced.status) == (413, 413)
    assert announced.body["outcome"] == unannounced.body["outcome"] == "needs_fix"
    assert "shorter" in announced.body["detail"]
    assert (announced.bytes_read, unannounced.bytes_read) == (0, 300_000)


@pytest.mark.parametrize("size", [262_144, 262_145])
def test_a_body_may_be_as_long_as_promised_and_no_longer(
    size: int, db: Database, world: World, phone: Phone, send: Send
) -> None:
    body = visit_body(world)
    plain = json.dumps(body).encode()
    padded = plain + b" " * (size - 81 - len(plain))

    item = phone.save("visit.log", padded, op_id=body["visit_id"])
    answer = phone.deposit(send, item)

    assert len(item.sealed) == size
    assert answer.status_code == (201 if size == 262_144 else 413)


def test_all_of_a_deposit_is_written_or_nothing(
    db: Database, tools: Tools, world: World, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = phone.visit(world)
    monkeypatch.setattr("porchlight.phone.wire.make_receipt", lambda *_, **__: 1 / 0)
    before = {table: count(db, table) for table in ("contacts", "deposits", "audit_events", "jobs", "tasks")}

    with pytest.raises(ZeroDivisionError), db.transaction() as session:
        service.deposit(session, tools.keys, visit.jws, visit.sealed, now=db.now(session))

    assert {table: count(db, table) for table in before} == before


@pytest.mark.duty("S2-18")
def test_every_deposit_leaves_who_what_and_from_which_phone(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    phone.deposit(send, phone.visit(world))

    with db.reading() as session:
        rows = session.execute(
            sa.text("SELECT act, account_id, device_id FROM audit_events WHERE act = 'deposit.accepted'")
        ).all()
    assert len(rows) == 1
    assert UUID(str(rows[0].account_id)) == world.accounts["rowan"]
    assert UUID(str(rows[0].device_id)) == UUID(phone.device_id)
