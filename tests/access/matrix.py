"""The world of the matrix: every role and relation, three families with a canary in each text, and how it is asked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from litestar import Litestar
from litestar.routes import HTTPRoute
from sqlmodel import Session

from porchlight.cases.models import Assignment
from porchlight.core.ids import new_id
from porchlight.core.keys import Keys
from porchlight.core.tools import Tools
from porchlight.crises.intake.models import Caller
from porchlight.crises.models import Crisis, CrisisCounter
from porchlight.evidence.jobs import clean_key, thumb_key
from porchlight.homes.models import Placement
from porchlight.oncall.models import Rotation, Schedule
from porchlight.people.models import Account, AccountRole, Organization
from tests.access.canaries import File, Planting
from tests.access.cast import CAST
from tests.access.files import Writer
from tests.world import MONDAY, PASSWORD_HASH

LONG = timedelta(days=200)
CANARY = re.compile(r"zq\d{4}kx|\+1555777\d{4}")


@dataclass
class Matrix:
    """files: by the name of the family. accounts: by the names of CAST."""

    planting: Planting
    accounts: dict[str, UUID]
    files: dict[str, File] = field(default_factory=dict)
    schedule: UUID = field(default_factory=new_id)

    def canaries(self, text: str) -> set[str]:
        return set(CANARY.findall(text))


def build(session: Session, keys: Keys, now: datetime = MONDAY) -> Matrix:
    planting = Planting()
    matrix = Matrix(planting, {name: new_id() for name in CAST})
    agencies = {kind: _organization(session, kind) for kind in ("agency", "strange", "state")}
    _people(session, agencies, matrix.accounts)
    matrix.schedule = _rota(session, agencies["agency"], matrix.accounts)
    _own(session, keys, matrix, agencies["agency"], now)
    _other(session, keys, matrix, agencies["agency"], now)
    _strange(session, keys, matrix, agencies["strange"], now)
    session.add(CrisisCounter(id=1, last=100))
    session.flush()
    return matrix


def _organization(session: Session, kind: str) -> UUID:
    row = Organization(
        kind="agency" if kind == "agency" else "contractor" if kind == "strange" else "state",
        name=f"Organization {kind}",
        phone="+15550100",
        hotline="+15550101",
        time_zone="America/Chicago",
        jurisdiction="Example",
    )
    session.add(row)
    session.flush()
    return row.id


def _people(session: Session, agencies: dict[str, UUID], accounts: dict[str, UUID]) -> None:
    waiting = dict(CAST)
    made: set[str] = set()
    while waiting:
        for name, who in list(waiting.items()):
            if who.above and who.above not in made:
                continue
            session.add(
                Account(
                    id=accounts[name],
                    organization_id=agencies[who.agency],
                    email=f"{name}@example.org",
                    name=f"{name.title()} Staff",
                    phone="+15550110",
                    supervisor_id=accounts[who.above] if who.above else None,
                    password_hash=PASSWORD_HASH,
                    employed_since=date(2020, 1, 6),
                )
            )
            session.flush()
            session.add_all([AccountRole(account_id=accounts[name], role=role) for role in who.roles])
            made.add(name)
            del waiting[name]
    session.flush()


def _rota(session: Session, agency: UUID, accounts: dict[str, UUID]) -> UUID:
    schedule = Schedule(organization_id=agency, name="After hours", region="Alder", time_zone="America/Chicago")
    session.add(schedule)
    session.flush()
    turns = {"worker": "lee", "backup": "joss", "supervisor": "priya", "director": "mara"}
    for position, name in turns.items():
        members = [str(accounts[name])]
        session.add(
            Rotation(
                schedule_id=schedule.id,
                position=position,
                hand_off=time(17),
                first_on=date(2026, 11, 20),
                members=members,
            )
        )
    return schedule.id


def _assign(
    session: Session, matrix: Matrix, family: str, name: str, role: str = "caseworker", *, ended: Any = None
) -> None:
    session.add(
        Assignment(
            case_id=matrix.files[family].ids["case_id"],
            account_id=matrix.accounts[name],
            role=role,
            from_at=MONDAY - LONG,
            to_at=ended,
        )
    )


def _own(session: Session, keys: Keys, matrix: Matrix, agency: UUID, now: datetime) -> None:
    """Gideon and Ignatius live apart; until yesterday Gideon lived in a third home."""
    matrix.planting.family = "own"
    write = Writer(session, keys, matrix.planting, matrix.accounts, now)
    matrix.files["own"] = write.file
    write.family(agency)
    for key, child in (("sunniva", "gideon"), ("wenna", "ignatius")):
        write.child(child, write.home(key))
    past = write.home("olga", lived_in=False)
    stay = {"from_on": date(2026, 1, 5), "to_on": now.date() - timedelta(days=1)}
    session.add(Placement(person_id=write.file.children["gideon"], home_id=past, kind="foster_home", **stay))
    _assign(session, matrix, "own", "rowan")
    _assign(session, matrix, "own", "once", ended=now - timedelta(days=30))
    _assign(session, matrix, "own", "just", ended=now)
    _assign(session, matrix, "own", "corin", "oversight")
    _assign(session, matrix, "own", "past", "oversight", ended=now - timedelta(days=30))
    write.team()
    write.task("just", must="")
    write.task("rowan")
    write.visit("rowan")
    write.plan("gideon", "rowan")
    write.plan("ignatius", "rowan")
    write.incident("rowan", "priya")
    write.missing("gideon", "rowan")
    write.report("gideon", "rowan", "priya", agency)
    write.call("just", "priya", "mara")
    write.call("rowan", "priya", "mara")
    write.check_in("rowan", "priya", "mara")
    write.crisis(matrix.schedule, "sunniva", "lee", "dale", over=False, number=101)
    write.emergency("gale", "priya", "mara", "dora", ago=timedelta(minutes=30))
    write.emergency("fern", "priya", "mara", "dora", ago=timedelta(minutes=61))
    _by_telephone(session, write, matrix, agency)


def _by_telephone(session: Session, write: Writer, matrix: Matrix, agency: UUID) -> None:
    """A call that came by telephone, about no family yet: for whoever takes calls, leads, or was called."""
    also = ("io", "priya", "mara", "pell", "lee")
    one = Crisis(
        id=new_id(),
        number=90,
        reason="threat",
        words=write.text("crises.words", also=also),
        raised_by=matrix.accounts["io"],
        raised_at=MONDAY - timedelta(minutes=3),
        body_sha256="b",
        policy={"schedule_id": str(matrix.schedule), "levels": [], "last_resort_id": str(matrix.accounts["mara"])},
    )
    said = {name: write.text(f"crisis_callers.{name}", also=also) for name in ("name", "phone", "who")}
    write.add(one, Caller(crisis_id=one.id, organization_id=agency, region="Alder", **said))


def _other(session: Session, keys: Keys, matrix: Matrix, agency: UUID, now: datetime) -> None:
    """A family of the same agency; the child lives at home, and a crisis to which Joss was called is over."""
    matrix.planting.family = "other"
    write = Writer(session, keys, matrix.planting, matrix.accounts, now)
    matrix.files["other"] = write.file
    write.family(agency)
    write.child("jolie", None, address=write.text("placements.address", "face_sheet.address"))
    write.home("nobody", lived_in=False)
    _assign(session, matrix, "other", "tamsin")
    _assign(session, matrix, "other", "wim", "oversight")
    write.team()
    write.task("tamsin")
    write.visit("tamsin")
    write.plan("jolie", "tamsin")
    write.incident("tamsin", "priya")
    write.missing("jolie", "tamsin")
    write.report("jolie", "tamsin", "priya", agency)
    write.call("tamsin", "priya", "mara")
    write.crisis(matrix.schedule, "tamsin", "joss", over=True, number=80)


def _strange(session: Session, keys: Keys, matrix: Matrix, agency: UUID, now: datetime) -> None:
    """A family of another organization, under the same roof of software."""
    matrix.planting.family = "strange"
    write = Writer(session, keys, matrix.planting, matrix.accounts, now)
    matrix.files["strange"] = write.file
    write.family(agency)
    write.child("quill", None, address=write.text("placements.address", "face_sheet.address"))
    write.home("nobody", lived_in=False)
    _assign(session, matrix, "strange", "uma")
    write.team()
    write.task("uma")
    write.visit("uma")
    write.plan("quill", "uma")
    write.incident("uma", "otto")
    write.missing("quill", "uma")
    write.report("quill", "uma", "otto", agency)
    write.call("uma", "otto")
    write.crisis(matrix.schedule, "uma", "uma", over=True, number=81)


PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
FITS: dict[str, Any] = {"position": "worker", "start": 1795388400, "part": "now", "channel": "sms", "act": "accept"}


def addressed(path: str, ids: dict[str, Any]) -> str:
    """The address of a route for these ids; what is not among them is an id of nothing."""

    def fill(found: re.Match[str]) -> str:
        name, kind = found.groups()
        if name in ids:
            return str(ids[name])
        return str(FITS.get(name, uuid4() if kind == "uuid" else "1"))

    return PARAMETER.sub(fill, path)


def names(path: str) -> set[str]:
    return {name for name, _kind in PARAMETER.findall(path)}


def routes_of(app: Litestar) -> Iterator[tuple[str, str, Any]]:
    """Every method and path of the router, with its handler; not what a framework adds for developers."""
    for route in app.routes:
        if isinstance(route, HTTPRoute) and not route.path.startswith("/api/description"):
            for handler in route.route_handlers:
                for method in handler.http_methods:
                    if method not in {"OPTIONS", "HEAD"}:
                        yield str(method), route.path, handler


def of_file(file: File, path: str) -> Iterable[dict[str, Any]]:
    """The ids to ask a route with: each child's where it names a person."""
    if "person_id" in names(path):
        return [{**file.ids, "person_id": one} for one in file.children.values()]
    return [file.ids]


def make(tools: Tools) -> Matrix:
    with tools.db.transaction() as session:
        matrix = build(session, tools.keys)
    for file in matrix.files.values():
        for key in (clean_key, thumb_key):
            tools.blobs.put(key(UUID(str(file.ids["photo_id"]))), b"picture", content_type="image/jpeg")
    return matrix
