"""Six crises of a year: one last night, one still open."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from porchlight.alerts.models import Alert
from porchlight.core.ids import new_id
from porchlight.core.keys import sha256
from porchlight.crises.models import Acknowledgement, Crisis, CrisisCounter, CrisisEntry
from porchlight.crises.rules import FIRST_NUMBER
from porchlight.crises.values import State
from porchlight.demo.book import Book, data
from porchlight.demo.staff import LEVELS
from porchlight.oncall import queries as oncall

SETTLED = timedelta(hours=3)  # what happened last night is over by now, however early it is


def load(book: Book) -> None:
    rows = data("crises")["crises"]
    timed = sorted(((_raised_at(book, row), row) for row in rows), key=lambda one: one[0])
    for number, (raised_at, row) in enumerate(timed, start=FIRST_NUMBER):
        book.put(*_Crisis(book, number, raised_at, row).rows())
    book.put(CrisisCounter(id=1, last=FIRST_NUMBER + len(rows) - 1))


def _raised_at(book: Book, row: dict[str, Any]) -> datetime:
    hour, minute = row["at"].split(":")
    return min(book.at(book.day(-row["days"]), int(hour), int(minute)), book.now - SETTLED)


class _Crisis:
    """One crisis and its timeline, told as the engine would have written it."""

    def __init__(self, book: Book, number: int, raised_at: datetime, row: dict[str, Any]) -> None:
        self.book, self.number, self.raised_at, self.row = book, number, raised_at, row
        self.id = new_id()
        self.made: list[SQLModel] = []
        self.holder: UUID | None = None

    def rows(self) -> list[SQLModel]:
        row, raised_by = self.row, self.book.accounts[self.row["by"]]
        self.say(0, "raised", raised_by)
        on_call = oncall.who(self.book.session, self.book.schedule, self.raised_at)
        self.call(on_call["worker"], "worker", 0, 0)
        self.holder = on_call["worker"]
        if "backup" in row:
            self.call(on_call["backup"], "backup", 1, row["backup"])
            self.holder = on_call["backup"]
        if "taken" in row:
            taken_at = self.after(row["taken"])
            self.say(row["taken"], "taken", self.holder, via="notification")
            self.made.append(
                Acknowledgement(crisis_id=self.id, account_id=self.holder, at=taken_at, via="notification")
            )
        for note in row.get("notes", []):
            if self.after(note["minutes"]) < self.book.now:
                self.say(note["minutes"], "note", self.holder, words=note["words"])
        if "over" in row:
            self.say(row["over"], "resolved", self.holder, ending=row["ending"], words=row["said"])
        return [self._crisis(raised_by), *self.made]

    def after(self, minutes: int) -> datetime:
        return self.raised_at + timedelta(minutes=minutes)

    def say(self, minutes: int, kind: str, account_id: UUID | None, **detail: object) -> None:
        at = self.after(minutes) + timedelta(seconds=len(self.made))
        entry = CrisisEntry(crisis_id=self.id, at=at, kind=kind, account_id=account_id, detail=detail)
        self.made.append(entry)

    def call(self, account_id: UUID, position: str, level: int, minutes: int) -> None:
        closed = self.after(self.row.get("taken", self.row.get("over", 0)))
        alert = Alert(
            account_id=account_id, severity="crisis", subject_id=self.id, made_at=self.after(minutes), closed_at=closed
        )
        self.made.append(alert)
        where = {"position": position, "level": level, "round": 0}
        self.say(minutes, "paging", account_id, alert_id=str(alert.id), phones=1, **where)
        if account_id == self.holder or "backup" not in self.row:
            self.say(minutes, "shown", account_id, delivery_id=str(new_id()))

    def _crisis(self, raised_by: UUID) -> Crisis:
        state = State.RESOLVED if "over" in self.row else State.TAKEN
        policy = {
            "schedule_id": str(self.book.schedule),
            "levels": [{"position": position, "after_seconds": seconds} for position, seconds in LEVELS],
            "last_resort_id": str(self.book.accounts["mara"]),
        }
        home, _child = self.book.child(self.row["child"])
        return Crisis(
            id=self.id,
            number=self.number,
            case_id=home.case_id,
            reason=self.row["reason"],
            words=self.row["words"],
            raised_by=raised_by,
            raised_at=self.raised_at,
            body_sha256=sha256(self.id.bytes),
            state=state,
            policy=policy,
            level=1 if "backup" in self.row else 0,
        )
