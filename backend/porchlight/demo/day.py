"""What is planned and what is to be done on the day of loading."""

from datetime import timedelta
from itertools import islice
from uuid import UUID

from porchlight.cases.models import Task
from porchlight.demo.book import Book, data
from porchlight.visits.models import PlannedVisit

REVIEWS = 6  # of the adults in support coordination, the next to be seen


def load(book: Book) -> None:
    rows = data("day")
    planned, tasks = [], []
    for row in rows["planned"]:
        home = book.household(row["family"])
        hour, minute = row["at"].split(":")
        planned.append(
            PlannedVisit(
                case_id=home.case_id,
                account_id=book.accounts[home.worker],
                starts_at=book.at(book.day(row["days"]), int(hour), int(minute)),
            )
        )
    for row in rows["tasks"]:
        home = book.household(row["family"])
        tasks.append(_task(book, home.case_id, home.worker, row["title"], row["days"]))
    for at, home in enumerate(islice((one for one in book.households if one.worker == "lindell"), REVIEWS)):
        starts = book.at(book.day(at // 2), 9 + at % 2 * 5)
        planned.append(PlannedVisit(case_id=home.case_id, account_id=book.accounts["lindell"], starts_at=starts))
        tasks.append(_task(book, home.case_id, "lindell", "Quarterly review of services", at * 3))
    book.put(*planned, *tasks)


def _task(book: Book, case_id: UUID, owner: str, title: str, days: int) -> Task:
    return Task(
        case_id=case_id,
        owner_id=book.accounts[owner],
        title=title,
        due_on=book.day(days),
        made_at=book.now - timedelta(days=4),
    )
