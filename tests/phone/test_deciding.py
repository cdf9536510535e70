"""What is held, decided by a supervisor: opened with care, into the record as its author's own, set aside, handed on."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.phone import rules
from porchlight.phone.values import Decision, Held
from porchlight.visits.models import Contact
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.phone.fake_phone import Item, Phone, Send, photograph, summary_of, visit_body
from tests.phone.test_amending import change
from tests.phone.test_deposit import column, count
from tests.phone.test_held import say, unassign
from tests.sealed import words
from tests.working import work
from tests.world import World

Browsers = Callable[..., Browser]
NOTE = "Gideon said that he sleeps in the car"


def end_access(browser_of: Browsers, world: World) -> Browser:
    """Rowan's access ends; answers Priya, to whom what is held goes."""
    priya = browser_of("priya")
    priya.post(f"/devices/team/{world.accounts['rowan']}/end", data={"reason": "Left"})
    return priya


def held_visit(world: World, phone: Phone, send: Send, **changes: object) -> tuple[Item, dict[str, object]]:
    body = visit_body(world, **changes)
    body["children"][0]["private_note"] = NOTE
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    assert phone.deposit(send, visit).status_code == 201
    return visit, body


def said(db: Database, statement: str) -> list[tuple[object, ...]]:
    with db.reading() as session:
        return [tuple(row) for row in session.execute(sa.text(statement))]


@pytest.mark.parametrize("state", Held)
@pytest.mark.parametrize("decision", Decision)
def test_an_item_is_decided_once_and_what_was_set_aside_only_comes_back(state: Held, decision: Decision) -> None:
    possible = {
        Held.OPEN: {Decision.TAKE, Decision.SET_ASIDE, Decision.HAND_ON},
        Held.SET_ASIDE: {Decision.BRING_BACK},
        Held.TAKEN: set(),
    }
    try:
        rules.check_can_decide(state, decision)
        found = True
    except rules.Refused:
        found = False

    assert found == (decision in possible[state])


def test_the_list_names_whose_it_is_and_why_and_the_item_is_opened_for_its_supervisor_only(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    priya = end_access(browser_of, world)
    visit, _body = held_visit(world, phone, send)
    path = f"/held/{visit.op_id}"

    listed, opened = text_of(priya.get("/held")), text_of(priya.get(path))
    others = {name: browser_of(name).get(path).status_code for name in ("tamsin", "joss", "corin", "sunniva")}

    assert "Visit, Rowan Ibarra" in listed
    assert "Their access has ended" in listed
    assert NOTE in opened
    assert "Gideon Quintrell" in opened
    assert set(others.values()) == {404}
    seen = said(db, "SELECT people FROM audit_events WHERE act = 'held.opened'")
    assert str(world.children[0]) in str(seen)
    assert f'href="{path}"' in priya.get("/board").text  # the task leads there


@pytest.mark.parametrize("case", ["still theirs", "given to somebody else"])
def test_into_the_record_as_a_late_entry_of_its_author_with_photo_and_signature_and_who_took_it(
    case: str, db: Database, tools: Tools, world: World, phone: Phone, send: Send, clock: Clock, browser_of: Browsers
) -> None:
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    signature, photo = phone.signature(visit, summary_of(body)), phone.photo(visit, photograph())
    clock.move(hours=1)
    priya = end_access(browser_of, world)
    if case == "given to somebody else":
        unassign(db, world, clock.moment)
    clock.move(days=2)
    priya = browser_of("priya")
    phone.deposit(send, visit)
    phone.deposit(send, signature)
    phone.upload(send, photo, phone.deposit(send, photo))
    phone.deposit(send, photo)
    assert (count(db, "contacts"), count(db, "signatures"), count(db, "photos")) == (0, 0, 0)
    with_it = text_of(priya.get(f"/held/{visit.op_id}"))

    taken = priya.post(f"/held/{visit.op_id}/take")
    twice = priya.post(f"/held/{visit.op_id}/take")
    work(tools)

    assert "2 signatures and photos go with it." in with_it
    assert (taken.status_code, taken.headers["location"]) == (303, f"/visits/{visit.op_id}")
    assert twice.status_code == 422
    assert column(db, "SELECT name FROM contacts JOIN accounts ON accounts.id = author_id") == ["Rowan Ibarra"]
    assert column(db, "SELECT state FROM photos") == ["stored"]
    assert (count(db, "contacts"), count(db, "signatures")) == (1, 1)
    assert column(db, "SELECT count(*) FROM tasks WHERE kind = 'held_item' AND done_at IS NULL") == [0]
    acts = said(
        db, "SELECT act, name FROM audit_events JOIN accounts ON accounts.id = account_id WHERE act LIKE 'held.t%'"
    )
    assert acts == [("held.take", "Priya Castellane")] * 3
    assert "Nothing is held for you" in text_of(priya.get("/held"))
    if case == "still theirs":
        page = text_of(priya.get(f"/visits/{visit.op_id}"))
        assert "Late entry" in page
        assert "Priya Castellane took this into the record" in page
        assert "written by Rowan Ibarra" in page


def test_a_signature_waits_for_its_visit_and_what_cannot_be_right_stays_held(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    priya = end_access(browser_of, world)
    visit, body = held_visit(world, phone, send, place="moon")
    signature = phone.signature(visit, summary_of(visit_body(world)))
    phone.deposit(send, signature)

    answers = [priya.post(f"/held/{item.op_id}/take") for item in (signature, visit)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "Take the visit that this belongs to into the record first." in text_of(answers[0])
    assert count(db, "contacts") == 0
    assert "This cannot be read here" in text_of(priya.get(f"/held/{visit.op_id}"))
    assert body["place"] == "moon"


def test_what_is_set_aside_needs_a_reason_is_listed_and_can_be_brought_back(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    priya = end_access(browser_of, world)
    visit, _body = held_visit(world, phone, send)
    path = f"/held/{visit.op_id}"

    bare = priya.post(f"{path}/set-aside", data={"aside_reason": ""})
    aside = priya.post(f"{path}/set-aside", data={"aside_reason": "Typed in by hand already"})
    listed = text_of(priya.get("/held"))
    refused = priya.post(f"{path}/take")
    priya.post(f"{path}/bring-back")
    taken = priya.post(f"{path}/take")

    assert (bare.status_code, aside.status_code, refused.status_code) == (422, 303, 422)
    assert "Set aside" in listed
    assert "Priya Castellane: Typed in by hand already" in listed
    assert taken.status_code == 303
    assert count(db, "contacts") == 1
    assert column(db, "SELECT count(*) FROM deposits WHERE sealed IS NOT NULL") == [1]


def test_what_is_handed_on_is_decided_by_the_other_supervisor_and_no_longer_by_this_one(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    priya = end_access(browser_of, world)
    visit, _body = held_visit(world, phone, send)
    path, mara = f"/held/{visit.op_id}", browser_of("mara")

    nobody = priya.post(f"{path}/hand-on", data={"to_id": str(world.accounts["tamsin"]), "reason": "x"})
    handed = priya.post(f"{path}/hand-on", data={"to_id": str(world.accounts["mara"]), "reason": "Your unit"})

    assert (nobody.status_code, handed.status_code) == (422, 303)
    assert "Visit, Rowan Ibarra" not in text_of(priya.get("/held"))
    assert "Visit, Rowan Ibarra" in text_of(mara.get("/held"))
    assert priya.post(f"{path}/take").status_code == 404
    owners = (
        "SELECT name FROM tasks JOIN accounts ON accounts.id = owner_id WHERE kind = 'held_item' AND done_at IS NULL"
    )
    assert column(db, owners) == ["Mara Dunleavy-Oyelaran"]
    assert mara.post(f"{path}/take").status_code == 303


def test_a_supervisor_reads_nothing_of_a_family_that_was_never_in_their_hands(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    priya = end_access(browser_of, world)
    with db.transaction() as session:
        session.execute(sa.text("DELETE FROM assignments WHERE role = 'caseworker'"))
    visit, _body = held_visit(world, phone, send)

    opened = priya.get(f"/held/{visit.op_id}")

    assert NOTE not in opened.text
    assert "Gideon" not in opened.text
    assert "This family is not one of yours" in text_of(opened)
    assert priya.post(f"/held/{visit.op_id}/take").status_code == 404


def test_an_unfinished_visit_is_shown_as_it_was_typed_and_never_becomes_a_visit_by_itself(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    priya = browser_of("priya")
    priya.post(f"/devices/{phone.device_id}/erase")
    child = world.children[0]
    fields = {"observations": ["The kitchen was warm"], f"child-{child}-private_note": [NOTE], "place": [""]}
    body = {"visit_id": str(new_id()), "case_id": str(world.case), "fields": fields}
    draft = phone.save("draft.rescued", body)
    phone.deposit(send, draft)

    opened = text_of(priya.get(f"/held/{draft.op_id}"))
    taken = priya.post(f"/held/{draft.op_id}/take")

    assert "Unfinished visit, Rowan Ibarra" in text_of(priya.get("/held"))
    assert "The kitchen was warm" in opened
    assert f"Gideon Quintrell: Private note {NOTE}" in opened
    assert str(child) in str(said(db, "SELECT people FROM audit_events WHERE act = 'held.opened'"))
    assert taken.status_code == 422
    assert count(db, "contacts") == 0
    assert UUID(draft.op_id)


def test_the_photos_of_an_unfinished_visit_are_seen_with_it_by_whoever_may_see_its_family(
    db: Database, tools: Tools, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    priya = browser_of("priya")
    priya.post(f"/devices/{phone.device_id}/erase")
    visit_id = str(new_id())
    body = {"visit_id": visit_id, "case_id": str(world.case), "fields": {"observations": ["The kitchen was warm"]}}
    draft = phone.save("draft.rescued", body)
    photo = phone.photo(draft, photograph(), visit_id=visit_id)
    phone.deposit(send, draft)
    phone.upload(send, photo, phone.deposit(send, photo))
    assert phone.deposit(send, photo).status_code == 201
    path = f"/held/{photo.op_id}"

    around, alone = priya.get(f"/held/{draft.op_id}"), priya.get(path)
    seen = priya.get(f"{path}/picture")
    others = {name: browser_of(name).get(f"{path}/picture").status_code for name in ("tamsin", "joss", "sunniva")}

    assert f'src="{path}/picture"' in around.text
    assert f'src="{path}/picture"' in alone.text
    assert f'href="/held/{draft.op_id}"' in alone.text
    assert "Take it into the record" not in text_of(alone)
    assert (seen.status_code, seen.headers["content-type"], seen.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert (seen.headers["cache-control"], b"Exif" in seen.content) == ("no-store", False)
    assert set(others.values()) == {404}
    assert column(db, "SELECT count(*) FROM audit_events WHERE act = 'held.photo_seen'") == [1]
    assert priya.get(f"/held/{draft.op_id}/picture").status_code == 404
    # Whoever may not see the family's photos is not shown that there are any.
    with db.transaction() as session:
        session.execute(sa.text("DELETE FROM assignments WHERE role = 'caseworker'"))
    assert priya.get(f"{path}/picture").status_code == 404
    assert "/picture" not in priya.get(path).text


def test_a_photo_of_a_visit_is_taken_by_itself_also_when_an_unfinished_change_of_that_visit_was_sent(
    db: Database, tools: Tools, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    visit = phone.visit(world)
    phone.deposit(send, visit)
    photo = phone.photo(visit, photograph())
    priya = browser_of("priya")
    priya.post(f"/devices/{phone.device_id}/erase")
    body = {"visit_id": visit.op_id, "case_id": None, "fields": {"reason": ["I had it wrong"]}, "signature": None}
    draft = phone.save("draft.rescued", body)
    phone.deposit(send, draft)
    phone.upload(send, photo, phone.deposit(send, photo))
    assert phone.deposit(send, photo).status_code == 201

    opened, around = priya.get(f"/held/{photo.op_id}"), priya.get(f"/held/{draft.op_id}")

    assert "I had it wrong" in text_of(around)
    assert "/picture" not in around.text  # it was not taken for the change
    assert "unfinished visit" not in text_of(opened)
    assert "Take it into the record" in text_of(opened)
    assert priya.post(f"/held/{photo.op_id}/take").headers["location"] == f"/visits/{visit.op_id}"
    work(tools)
    assert column(db, "SELECT state FROM photos") == ["stored"]


def test_what_is_held_of_a_visit_that_is_in_the_record_is_read_and_taken_by_itself(
    db: Database, tools: Tools, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    signature, photo = phone.signature(visit, summary_of(body)), phone.photo(visit, photograph())
    phone.deposit(send, visit)
    priya = end_access(browser_of, world)
    phone.deposit(send, signature)
    phone.upload(send, photo, phone.deposit(send, photo))
    phone.deposit(send, photo)

    told = column(db, "SELECT count(*) FROM tasks WHERE kind = 'held_item' AND done_at IS NULL")
    opened = text_of(priya.get(f"/held/{signature.op_id}"))
    taken = [priya.post(f"/held/{item.op_id}/take") for item in (signature, photo)]
    work(tools)

    assert told == [2]  # nobody has to look for them
    assert column(db, "SELECT count(*) FROM tasks WHERE kind = 'held_item' AND done_at IS NULL") == [0]
    assert "Sunniva Aldous, Foster parent" in opened
    assert [answer.headers.get("location") for answer in taken] == [f"/visits/{visit.op_id}"] * 2
    assert count(db, "signatures") == 1
    assert column(db, "SELECT state FROM photos") == ["stored"]


def test_a_change_that_is_held_is_read_and_goes_into_the_record_by_itself_or_with_its_visit(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    here = visit_body(world)
    phone.deposit(send, phone.save("visit.log", here, op_id=here["visit_id"]))
    child = {"person_id": str(world.children[0]), "private_note": NOTE}
    alone = change(world, phone, here["visit_id"], observations="The stove was cold.", children=[child])
    priya = end_access(browser_of, world)
    phone.deposit(send, alone)
    visit, _body = held_visit(world, phone, send)
    following = change(world, phone, visit.op_id, observations="The cellar was wet.")
    phone.deposit(send, following)

    opened = text_of(priya.get(f"/held/{alone.op_id}"))
    early = priya.post(f"/held/{following.op_id}/take")
    taken = [priya.post(f"/held/{item.op_id}/take") for item in (alone, visit)]

    assert "I had it wrong." in opened
    assert str(world.children[0]) in str(said(db, "SELECT people FROM audit_events WHERE act = 'held.opened'"))
    assert "What was seen The stove was cold." in opened
    assert f"Gideon Quintrell: Private note {NOTE}" in opened
    assert early.status_code == 422
    assert [answer.headers.get("location") for answer in taken] == [
        f"/visits/{here['visit_id']}",
        f"/visits/{visit.op_id}",
    ]
    assert set(words(db, Contact.observations)) == {"The stove was cold.", "The cellar was wet."}
    assert "Nothing is held for you" in text_of(priya.get("/held"))


def test_what_was_handed_to_somebody_who_left_comes_back_to_the_authors_supervisor(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    priya = end_access(browser_of, world)
    visit, _body = held_visit(world, phone, send)
    priya.post(f"/held/{visit.op_id}/hand-on", data={"to_id": str(world.accounts["mara"]), "reason": "Your unit"})

    say(db, "UPDATE accounts SET disabled_at = '2026-11-23 17:30:00' WHERE email LIKE 'mara%'")

    assert "Visit, Rowan Ibarra" in text_of(priya.get("/held"))
    assert priya.post(f"/held/{visit.op_id}/take").status_code == 303


def test_items_that_name_each_other_as_their_visit_are_unreadable_and_break_no_page(
    world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    priya = end_access(browser_of, world)
    one, other = str(new_id()), str(new_id())
    for op_id, visit_id in ((one, other), (other, one)):
        phone.deposit(send, phone.save("visit.sign", {"visit_id": visit_id}, op_id=op_id))

    assert "This cannot be read here" in text_of(priya.get(f"/held/{one}"))
    assert priya.post(f"/held/{one}/take").status_code == 404


def test_a_sign_that_no_database_keeps_does_not_break_a_decision(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    priya = end_access(browser_of, world)
    visit, _body = held_visit(world, phone, send)

    answer = priya.post(f"/held/{visit.op_id}/set-aside", data={"aside_reason": "Typed in\x00 by hand"})

    assert answer.status_code == 303
    assert "Typed in by hand" in column(db, "SELECT reason FROM held_decisions")


def test_a_photo_that_was_kept_before_its_phone_had_heard_of_it_is_decided_like_any_other(
    db: Database, tools: Tools, world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    visit = phone.visit(world)
    photo = phone.photo(visit, photograph())
    phone.deposit(send, visit)
    phone.upload(send, photo, phone.deposit(send, photo))
    phone.deposit(send, photo)
    work(tools)
    priya = end_access(browser_of, world)
    phone.upload(send, photo, phone.deposit(send, photo))
    assert phone.deposit(send, photo).status_code == 201

    taken = priya.post(f"/held/{photo.op_id}/take")

    assert taken.headers.get("location") == f"/visits/{visit.op_id}"
    assert column(db, "SELECT state FROM photos") == ["stored"]


def test_what_waits_for_a_held_visit_comes_with_it_from_whichever_phone(
    db: Database, world: World, phone: Phone, phone_of: Callable[..., Phone], send: Send, browser_of: Browsers
) -> None:
    body, other, priya = visit_body(world), phone_of("rowan"), browser_of("priya")
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    phone.deposit(send, phone.signature(visit, summary_of(body)))
    other.deposit(send, change(world, other, visit.op_id, note="Thank you all."))
    priya.post(f"/devices/{phone.device_id}/erase")
    phone.deposit(send, visit)

    priya.post(f"/held/{visit.op_id}/take")

    assert words(db, Contact.family_note) == ["Thank you all."]
    assert column(db, "SELECT count(*) FROM deposits WHERE outcome = 'waiting'") == [0]
    assert count(db, "signatures") == 1
