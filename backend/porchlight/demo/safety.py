"""Calls that were promised, check-ins, incidents, a report under seal, and Mirren, who is missing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from porchlight.core.ids import new_id
from porchlight.core.keys import Keys, sha256
from porchlight.crises.callbacks.models import CallAttempt, Callback
from porchlight.crises.checkins.models import CheckIn, CheckInEntry
from porchlight.crises.deadlines.models import DeadlineRule
from porchlight.crises.deadlines.rules import When
from porchlight.crises.incidents.models import Incident, IncidentReview, IncidentTold, IncidentVersion
from porchlight.crises.mandated.models import MandatedChild, MandatedReport, MandatedStep
from porchlight.crises.mandated.sealing import Reporter, Seal
from porchlight.crises.missing.models import MissingEpisode, MissingStep
from porchlight.crises.models import Crisis
from porchlight.crises.values import Reason
from porchlight.demo.book import Book, data

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CODE = "Example Code 12.4 (invented)"


def load(book: Book, keys: Keys | None) -> None:
    """keys: of the installation, for the seal over who reported; without them there is no report."""
    rows = data("safety")
    book.put(*(DeadlineRule(jurisdiction="Example", source=CODE, **one) for one in rows["rules"]))
    for one in rows["callbacks"]:
        _call(book, one)
    for one in rows["checkins"]:
        _check_in(book, one)
    for one in rows["incidents"]:
        _incident(book, one)
    _missing(book, rows["missing"])
    if keys:
        _report(book, Seal(keys), rows["report"])


def _call(book: Book, row: Mapping[str, Any]) -> None:
    owner = book.accounts[row["by"]]
    promised = book.now - row["hours"] * HOUR
    call = Callback(
        id=new_id(),
        account_id=owner,
        promised_by=owner,
        case_id=book.household(row["family"]).case_id if "family" in row else None,
        to_name=row["to"],
        phone=row["phone"],
        about=row["about"],
        promised_at=promised,
        due_at=promised + DAY,
        state="kept" if row.get("outcome") == "reached" else "promised",
        ended_at=promised + row["after"] * HOUR if row.get("outcome") == "reached" else None,
        body_sha256="",
    )
    book.put(call)
    if "outcome" in row:
        at = promised + row["after"] * HOUR
        book.put(CallAttempt(id=new_id(), callback_id=call.id, account_id=owner, at=at, outcome=row["outcome"]))


def _check_in(book: Book, row: Mapping[str, Any]) -> None:
    """Only such as are over: nobody looks after the clock of one that was never started."""
    worker, started = book.accounts[row["by"]], book.now - row["days"] * DAY
    out_by = started + HOUR
    made = CheckIn(
        id=new_id(),
        account_id=worker,
        place=row["place"],
        started_at=started,
        out_by=out_by,
        page_at=out_by + timedelta(minutes=10),
        state="over",
        ending="safe",
        ended_by=worker,
        ended_at=started + row["minutes"] * timedelta(minutes=1),
        body_sha256="",
    )
    lines = (("started", started), ("over", made.ended_at or out_by))
    book.put(made)
    book.put(
        *(CheckInEntry(check_in_id=made.id, at=at, kind=kind, account_id=worker, out_by=out_by) for kind, at in lines)
    )


def _incident(book: Book, row: Mapping[str, Any]) -> None:
    home, child = book.child(row["child"])
    writer, at = book.accounts[row["by"]], book.now - row["days"] * DAY
    made = Incident(
        id=new_id(),
        case_id=home.case_id,
        home_id=book.homes.get(child.home),
        written_by=writer,
        state="reviewed" if "review" in row else "written",
        happened_at=at,
        body_sha256="",
    )
    book.put(made)
    book.put(
        IncidentVersion(
            incident_id=made.id,
            number=1,
            happened_at=at,
            people=[str(child.id)],
            written_by=writer,
            written_at=at + 2 * HOUR,
            body_sha256="",
            **{name: row[name] for name in ("kind", "severity", "place", "words", "did")},
        )
    )
    told = {"incident_id": made.id, "account_id": writer, "at": at + HOUR}
    book.put(*(IncidentTold(id=new_id(), party=party, **told) for party in row["told"]))
    if "review" in row:
        book.put(
            IncidentReview(
                incident_id=made.id,
                version=1,
                state="reviewed",
                words=row["review"],
                account_id=book.accounts["priya"],
                at=at + DAY,
            )
        )


def _missing(book: Book, row: Mapping[str, Any]) -> None:
    """The record of the crisis that is open: both were told in time."""
    home, child = book.child(row["child"])
    query = select(Crisis.id, Crisis.raised_at).where(Crisis.case_id == home.case_id, Crisis.reason == Reason.MISSING)
    crisis_id, learned = book.session.exec(query.order_by(col(Crisis.raised_at).desc())).one()
    author = book.accounts[row["by"]]
    made = MissingEpisode(
        id=new_id(),
        case_id=home.case_id,
        person_id=child.id,
        crisis_id=crisis_id,
        written_by=author,
        learned_at=learned,
        last_seen_at=learned - 7 * HOUR,
        last_seen_where=row["where"],
        clothing=row["clothing"],
        police_due_at=learned + DAY,
        ncmec_due_at=learned + DAY,
        source="42 U.S.C. 671(a)(35)(B)",
        body_sha256=sha256(child.id.bytes),
    )
    book.put(made)
    for step in row["steps"]:
        _step(book, made.id, author, learned + step["minutes"] * timedelta(minutes=1), step)


def _step(book: Book, episode_id: UUID, author: UUID, at: datetime, row: Mapping[str, Any]) -> None:
    if at < book.now:
        said = {"step": row["step"], "number": row.get("number", ""), "words": row.get("words", "")}
        book.put(MissingStep(id=new_id(), episode_id=episode_id, at=at, account_id=author, written_at=at, **said))


def _report(book: Book, seal: Seal, row: Mapping[str, Any]) -> None:
    """Called in; the written one is still to be sent."""
    home, child = book.child(row["child"])
    author, one, at = book.accounts[row["by"]], new_id(), book.now - row["hours"] * HOUR
    reporter = Reporter(str(author), book.names[row["by"]], row["told_by"], row["reach"])
    book.put(
        MandatedReport(
            id=one,
            case_id=home.case_id,
            witnessed_at=at,
            place=row["place"],
            said=row["said"],
            sealed=seal.close(one, reporter),
            of=seal.of(author),
            written_at=at + HOUR / 2,
            jurisdiction="Example",
            oral_due_at=at,
            oral_source=CODE,
            written=When.ALWAYS,
            written_due_at=at + 48 * HOUR,
            written_source=CODE,
            supervisor_told_at=at + HOUR / 2,
            body_mark="",
        )
    )
    book.put(
        MandatedChild(report_id=one, person_id=child.id),
        MandatedStep(
            id=new_id(),
            report_id=one,
            step="oral",
            at=at,
            to_whom=row["to_whom"],
            number=row["number"],
            by_reporter=True,
            written_at=at + HOUR / 2,
            body_mark="",
        ),
    )
