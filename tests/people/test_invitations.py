"""Inviting people: who may, what a code is worth, what is kept of it, and who can take it back."""

from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.jobs import Job
from porchlight.core.keys import sha256
from porchlight.core.tools import Tools
from porchlight.people import inviting, rules
from porchlight.people.models import Account, AccountRole, Invitation, SignInFailure
from porchlight.worker import Worker
from tests.browsing import text_of
from tests.clocks import Clock
from tests.people.first_day import Browsers, code_on, entered, invited, new_person
from tests.world import World


def of_sam(session: Session) -> Account:
    return session.exec(select(Account).where(Account.email == "sam@example.org")).one()


def rows(db: Database) -> list[Invitation]:
    with db.reading() as session:
        return list(session.exec(select(Invitation).order_by(col(Invitation.made_at), col(Invitation.id))))


def test_inviting_makes_an_account_without_a_password_in_the_team_and_with_the_languages(
    db: Database, browser_of: Browsers, world: World
) -> None:
    invited(browser_of, world, roles=["caseworker", "on_call"], languages="es", title="Coordinator")

    with db.reading() as session:
        sam = of_sam(session)
        roles = set(session.exec(select(AccountRole.role).where(AccountRole.account_id == sam.id)))
        acts = {(row.act, row.account_id) for row in session.exec(select(AuditEvent))}
    assert (sam.password_hash, sam.supervisor_id, sam.languages, sam.locale) == (
        "",
        world.accounts["priya"],
        ["es"],
        "es",
    )
    assert roles == {"caseworker", "on_call"}
    assert {("person.invited", world.accounts["priya"]), ("invitation.made", world.accounts["priya"])} <= acts


@pytest.mark.asvs("6.4.1")
def test_a_code_has_fifty_bits_lives_72_hours_and_is_kept_as_a_keyed_hash_only(
    db: Database, browser_of: Browsers, world: World, clock: Clock, tools: Tools
) -> None:
    code = invited(browser_of, world)

    [row] = rows(db)
    bare = code.replace("-", "")
    assert len(rules.ALPHABET) ** rules.CODE_LENGTH >= 2**50
    assert bare not in str(row)
    assert row.code_hash not in {sha256(bare.encode()), sha256(code.encode())}
    assert row.code_hash == inviting.code_hash(tools.keys, bare)
    clock.move(hours=71, minutes=59)
    entered(browser_of, code)
    clock.move(minutes=2)
    assert browser_of().post("/join", data={"code": code}).status_code == 422


@pytest.mark.asvs("8.3.2")
@pytest.mark.parametrize("name", ["rowan", "joss", "corin", "odell", "sunniva"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_but_a_supervisor_invites(browser_of: Browsers, world: World, name: str) -> None:
    browser = browser_of(name)

    answers = [browser.get("/invitations"), browser.get("/invitations/new"), browser.get("/homes/caregivers")]
    answers.append(browser.post("/invitations", data=new_person(world)))

    assert [answer.status_code for answer in answers] == [404] * 4


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"roles": "oversight"}, "Choose what this person will do."),
        ({"roles": ["caseworker", "licensing"]}, "Choose what this person will do."),
        ({"roles": "caregiver"}, "Choose what this person will do."),
        ({"roles": "director"}, "Choose what this person will do."),
        ({"roles": "governor"}, "Choose one from the list."),
        ({"roles": []}, "Choose what this person will do."),
        ({"team": "mara"}, "Choose one from the list."),  # above Priya
        ({"team": "rowan"}, "Choose one from the list."),  # no supervisor
        ({"reach": "sam"}, "Write an e-mail address"),
        ({"reach": "555-01"}, "Write an e-mail address"),
        ({"reach": "rowan@example.org"}, "has an account already"),
        ({"reach": "Rowan@Example.org "}, "has an account already"),
        ({"name": ""}, "Fill this in."),
        ({"name": "Sam\x00"}, "cannot be kept"),
        ({"name": "S" * 121}, "too long"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_may_not_be_given_is_refused_in_words_and_what_was_typed_stays(
    db: Database, browser_of: Browsers, world: World, other: dict[str, str], words: str
) -> None:
    if other.get("team") in world.accounts:
        other = {"team": str(world.accounts[other["team"]])}

    answer = browser_of("priya").post("/invitations", data=new_person(world, **other))

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "sam@example.org" in answer.text or "reach" in other
    assert rows(db) == []


def test_a_new_code_ends_the_old_one_and_a_withdrawn_one_opens_nothing(
    db: Database, browser_of: Browsers, world: World
) -> None:
    first = invited(browser_of, world)
    priya = browser_of("priya")
    second = code_on(priya.post(f"/invitations/{rows(db)[0].id}/code"))

    assert browser_of().post("/join", data={"code": first}).status_code == 422
    browser = entered(browser_of, second)
    newest = rows(db)[-1]
    assert text_of(priya.get("/invitations")).count("Sam Okonkwo-Reyes") >= 1
    assert priya.post(f"/invitations/{newest.id}/withdraw").status_code == 303

    assert browser.get("/join/how").headers["location"] == "/join"  # also where it was typed already
    assert browser_of().post("/join", data={"code": second}).status_code == 422
    assert "Sam Okonkwo-Reyes" not in priya.get("/invitations").text
    assert priya.post(f"/invitations/{newest.id}/withdraw").status_code == 422


def test_who_never_joined_is_invited_again_and_only_by_those_who_had_invited_them(
    db: Database, browser_of: Browsers, world: World
) -> None:
    invited(browser_of, world)
    browser_of("priya").post(f"/invitations/{rows(db)[0].id}/withdraw")

    code = invited(browser_of, world, name="Samira Okonkwo-Reyes", roles="aide")

    entered(browser_of, code)
    with db.reading() as session:
        sam = of_sam(session)
        roles = list(session.exec(select(AccountRole.role).where(AccountRole.account_id == sam.id)))
    assert (sam.name, sam.disabled_at, roles) == ("Samira Okonkwo-Reyes", None, ["aide"])


def test_an_open_invitation_is_not_given_to_somebody_else_by_a_slip(
    browser_of: Browsers, db: Database, world: World
) -> None:
    invited(browser_of, world)

    other = browser_of("priya").post("/invitations", data=new_person(world, name="Sam Two"))
    invited(browser_of, world)

    assert other.status_code == 422
    assert "Sam Okonkwo-Reyes was invited with this address and has not joined yet" in text_of(other)
    assert 'value="Sam Two"' in other.text
    with db.reading() as session:
        assert of_sam(session).name == "Sam Okonkwo-Reyes"


def test_an_account_without_a_password_that_others_made_cannot_be_taken_over(
    db: Database, browser_of: Browsers, world: World
) -> None:
    with db.transaction() as session:
        row = session.get_one(Account, world.accounts["mara"])
        row.password_hash = ""
        session.add(row)

    answer = browser_of("priya").post("/invitations", data=new_person(world, reach="mara@example.org"))

    assert answer.status_code == 422
    with db.reading() as session:
        assert session.get_one(Account, world.accounts["mara"]).name == "Mara Dunleavy-Oyelaran"


def test_an_invitation_belongs_to_those_above_its_maker_and_to_nobody_beside_them(
    db: Database, browser_of: Browsers, world: World
) -> None:
    invited(browser_of, world)
    [row] = rows(db)
    with db.transaction() as session:  # another supervisor, beside Priya and under nobody
        session.add(AccountRole(account_id=world.accounts["tamsin"], role="supervisor"))
        tamsin = session.get_one(Account, world.accounts["tamsin"])
        tamsin.supervisor_id = None
        session.add(tamsin)
    tamsin_here, mara = browser_of("tamsin"), browser_of("mara")

    for act in ("code", "withdraw"):
        assert tamsin_here.post(f"/invitations/{row.id}/{act}").status_code == 404
    assert "Sam Okonkwo-Reyes" not in tamsin_here.get("/invitations").text
    assert "Sam Okonkwo-Reyes" in mara.get("/invitations").text
    assert mara.post(f"/invitations/{row.id}/withdraw").status_code == 303


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_code_page_is_shown_once_and_not_kept(browser_of: Browsers, db: Database, world: World) -> None:
    priya = browser_of("priya")
    answer = priya.post("/invitations", data=new_person(world))
    [row] = rows(db)

    assert answer.headers["cache-control"] == "no-store"
    assert "porchlight.test" not in code_on(answer)
    assert code_on(answer).split("-")[0] not in priya.get("/invitations").text
    assert priya.get(f"/invitations/{row.id}/code").headers["location"] == "/invitations"


def test_the_message_to_who_is_invited_holds_no_code(db: Database, browser_of: Browsers, world: World) -> None:
    code = invited(browser_of, world)

    with db.reading() as session:
        jobs = [job for job in session.exec(select(Job)) if job.name == inviting.TELL]
        assert [UUID(job.payload["account_id"]) for job in jobs] == [of_sam(session).id]
    assert code.replace("-", "") not in str(jobs)


@pytest.mark.asvs("6.3.1")
def test_guessing_codes_slows_the_address_down_and_all_that_does_not_work_looks_the_same(
    db: Database, browser_of: Browsers, world: World, clock: Clock
) -> None:
    used = invited(browser_of, world)
    entered(browser_of, used).post("/join/password", data={"password": "three words on porches"})
    withdrawn = invited(browser_of, world, reach="a@example.org")
    browser_of("priya").post(f"/invitations/{rows(db)[-1].id}/withdraw")
    good = invited(browser_of, world, reach="b@example.org")
    browser = browser_of()

    bodies = []
    for code in ("0" * 10, used, withdrawn):
        answer = browser.post("/join", data={"code": code})
        assert answer.status_code == 422
        assert "set-cookie" not in answer.headers
        bodies.append(text_of(answer).replace(code, "CODE"))
    assert len(set(bodies)) == 1

    for number in range(48):
        browser.post("/join", data={"code": f"{number:010}"})
    assert browser.post("/join", data={"code": good}).status_code == 429
    clock.move(minutes=6)
    assert browser.post("/join", data={"code": good}).status_code == 303
    with db.reading() as session:  # what was typed wrong may be almost right: it is not there to be read
        kept = {row.account_key for row in session.exec(select(SignInFailure))}
        typed = {f"{n:010}" for n in range(48)}
        assert kept
        assert not kept & (typed | {sha256(code.encode()) for code in typed})


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_one_code_that_is_tried_again_and_again_waits_by_itself(browser_of: Browsers, world: World) -> None:
    browser = browser_of()
    for _try in range(5):
        assert browser.post("/join", data={"code": "7KQ4M-X2B9T"}).status_code == 422

    assert browser.post("/join", data={"code": "7KQ4M X2B9T"}).status_code == 429


def test_the_worker_tells_whoever_is_invited_only_where_mail_is_set_up(
    db: Database, browser_of: Browsers, world: World, tools: Tools
) -> None:
    invited(browser_of, world)

    worker = Worker(tools)
    while worker.step():
        pass

    with db.reading() as session:
        assert all(job.done_at for job in session.exec(select(Job)) if job.name == inviting.TELL)
