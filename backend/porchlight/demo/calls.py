"""Crises by telephone: the number of the region with its last try, and whom a responder rings; steps of last night's crisis."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from porchlight.crises.intake.models import HelpLine, LineDrill, RegionHelper
from porchlight.crises.models import Acknowledgement, Crisis, CrisisEntry
from porchlight.demo.book import Book, Household

REGION = "Alder"
HELPERS = {"police": "+15550190", "mobile_crisis": "+15550191", "interpreter": "+15550192"}
# Minutes from the call to each step, as chips of the log would have written them.
STEPS = {
    "mirren": {"police": 20, "ncmec": 55},
    "nico": {"spoke": 11, "left": 14, "arrived": 31, "plan_yes": 40, "stable": 58},
}


def load(book: Book) -> None:
    agency = book.organizations["agency"]
    number = "+15550100"
    line = HelpLine(
        organization_id=agency,
        region=REGION,
        phone=number,
        answered_by="Odell, 5 pm to 8 am. By day the front desk.",
        made_by=book.accounts["priya"],
        made_at=book.now - timedelta(days=40),
    )
    tried = LineDrill(
        organization_id=agency,
        region=REGION,
        phone=number,
        answered=True,
        answered_by="Odell",
        made_by=book.accounts["priya"],
        made_at=book.now - timedelta(days=3),
    )
    helpers = [
        RegionHelper(
            organization_id=agency,
            region=REGION,
            kind=kind,
            phone=phone,
            made_by=book.accounts["priya"],
            made_at=line.made_at,
        )
        for kind, phone in HELPERS.items()
    ]
    book.put(line, tried, *helpers, *(entry for child, steps in STEPS.items() for entry in _steps(book, child, steps)))


def _steps(book: Book, child: str, steps: dict[str, int]) -> list[CrisisEntry]:
    home: Household
    home, _child = book.child(child)
    query = select(Crisis, Acknowledgement).join(Acknowledgement).where(Crisis.case_id == home.case_id)
    crisis, holder = max(book.session.exec(query), key=lambda row: row[0].raised_at)
    made: list[Any] = [
        CrisisEntry(
            crisis_id=crisis.id,
            at=crisis.raised_at + timedelta(minutes=minutes),
            kind=kind,
            account_id=holder.account_id,
            detail={"words": ""},
        )
        for kind, minutes in steps.items()
    ]
    return made
