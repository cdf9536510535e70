"""Family time, nine a month with two no-shows, and the aide's rides, which are no visits."""

from datetime import date, timedelta

from porchlight.demo.book import Book, Household, data
from porchlight.demo.history import whole_months
from porchlight.demo.record import Visit, Writer

# Who meets whom in a month: nine in all. The parent does not come to those of NO_SHOWS.
MONTH = (
    ("tolliver", 2), ("brightwater_ames", 4), ("delacroix_finch", 6), ("tolliver", 9), ("ekwueme_lund", 12),
    ("tolliver", 16), ("brightwater_ames", 18), ("delacroix_finch", 20), ("tolliver", 23),
)  # fmt: skip
NO_SHOWS = (3, 6)
RIDES = (0, 2, 5, 7)  # those to which Odell drives the children
AFTERNOON = (15, 30)


def load(book: Book) -> None:
    words = data("notes")
    found = []
    for first in [*whole_months(book), book.today.replace(day=1)]:
        for at, (key, day) in enumerate(MONTH):
            when = first + timedelta(days=day)
            if when < book.today:
                found += _meeting(book.household(key), when, at, words["no_show"])
    Writer(book, book.chance("outings")).write(found)


def _meeting(home: Household, when: date, at: int, no_show: str) -> list[Visit]:
    there = [child for child in home.children if child.entered_on <= when]
    if not there:
        return []
    came = at not in NO_SHOWS
    missed = {} if came else {child.key: "The parent did not come" for child in there}
    adults = [] if not came else [_parent(home)]
    observations = None if came else no_show
    meeting = Visit(
        home, there, when, kind="family_time", place="community", at=AFTERNOON, adults=adults,
        not_seen=missed, observations=observations, late_days=0,
    )  # fmt: skip
    if at not in RIDES:
        return [meeting]
    ride = Visit(
        home, there, when, kind="transport", by="odell", place="community", at=(15, 0), observations="", late_days=0
    )
    return [meeting, ride]


def _parent(home: Household) -> str:
    row = next(one for one in data("families")["families"] if one["key"] == home.key)
    return f"{row['parents'][0]['first']} {row['parents'][0]['last']}"
