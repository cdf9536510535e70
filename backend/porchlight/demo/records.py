"""Files of families whose cases were closed long ago, and the two who keep the records: one is due, one is held, one waits."""

from datetime import timedelta

from sqlmodel import select

from porchlight.cases.models import Case, Family, Person
from porchlight.core.ids import new_id
from porchlight.demo.book import Book, months_before
from porchlight.people.models import Account, AccountRole
from porchlight.records.models import Erasure, LegalHold

KEEPERS = (("ellery", "Ellery Fontaine-Okoro", "Keeper of records"), ("brita", "Brita Lindgren", "Keeper of records"))
# Family, years since the case was closed, the child's first name and age today.
CLOSED = (
    ("Hollenbeck", 11, "Ada", 27),
    ("Marchetti-Doyle", 12, "Fynn", 29),
    ("Ostrander", 10, "Corliss", 26),
    ("Pell", 4, "Bryn", 16),
)


def load(book: Book) -> None:
    hashed = book.session.exec(select(Account.password_hash).where(Account.email == "rowan@example.org")).one()
    keepers = [
        Account(
            id=new_id(),
            organization_id=book.organizations["agency"],
            email=f"{key}@example.org",
            name=name,
            title=title,
            password_hash=hashed,
            employed_since=months_before(book.today, 84),
            demo=True,
        )
        for key, name, title in KEEPERS
    ]
    book.put(*keepers, *(AccountRole(account_id=one.id, role="custodian") for one in keepers))
    cases = [_file(book, *row) for row in CLOSED]
    first, second = (one.id for one in keepers)
    book.put(
        LegalHold(
            id=new_id(),
            case_id=cases[1].id,
            reason="Lawsuit, county counsel's letter; keep everything until it is settled",
            placed_by=first,
            placed_at=book.at(book.day(-40), 10),
        ),
        Erasure(
            id=new_id(),
            case_id=cases[2].id,
            due_on=book.day(-3),
            source="State of Example records schedule, series 4 (invented)",
            asked_by=second,
            asked_at=book.at(book.day(-1), 15),
        ),
    )


def _file(book: Book, name: str, years: int, child: str, age: int) -> Case:
    closed_on = months_before(book.today, years * 12) - timedelta(days=3)
    family = Family(name=name)
    case = Case(
        family_id=family.id,
        organization_id=book.organizations["agency"],
        program="foster_care",
        opened_on=closed_on - timedelta(days=600),
        closed_on=closed_on,
        note="Reunified; the file was read back to the family on the last day.",
    )
    person = Person(
        case_id=case.id,
        role="child",
        first_name=child,
        last_name=name,
        born_on=months_before(book.today, age * 12),
    )
    book.put(family, case, person)
    return case
