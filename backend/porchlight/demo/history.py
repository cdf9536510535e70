"""Twelve months of visits: a steady year, and for each named child what this month is there to show."""

from datetime import date, timedelta
from itertools import cycle
from random import Random

from porchlight.demo.book import Book, Child, Household, data, months_before
from porchlight.demo.record import Visit, Writer

HALF = 215  # days back: what the contractor's own system gave us
STEP, STEP_ADULT = 27, 85  # days between counted visits, inside 30 and 90
SECOND = {"tolliver", "quintrell", "ekwueme_lund", "vance_moreau", "brightwater_ames"}  # seen twice a month
LATE_FAMILIES = 4  # of the contractor's 62
NO_ONE = "Nobody was at home."


def load(book: Book) -> list[Visit]:
    """Writes the year; returns its visits, with when they began."""
    adults = _adults()
    visits = [visit for home in book.households for visit in _steady(book, home)]
    visits += _edges(book) + _attempted(book) + _remote(book)
    for visit in visits:
        visit.adults = visit.adults or adults.get(visit.children[0].home if visit.children else "", [])
    Writer(book, book.chance("history")).write(visits)
    return [visit for visit in visits if visit.started_at]


def _adults() -> dict[str, list[str]]:
    """Who is usually met, by where the child lives."""
    met = {row["code"]: [row["caregivers"][0]["name"]] for row in data("homes")["homes"]}
    for row in data("families")["families"]:
        met[row["key"]] = [f"{row['parents'][0]['first']} {row['parents'][0]['last']}"]
    return met


def this_month(book: Book, back: int) -> date:
    """So many days ago, but in this month where that is possible; never today."""
    first = book.today.replace(day=1)
    day = max(first, book.day(-back))
    if _weekday(day) >= first:
        day = _weekday(day)
    return day if day < book.today else book.day(-1)


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _steady(book: Book, home: Household) -> list[Visit]:
    """Counted visits back from the last one that `_edges` does not make."""
    found = []
    at = book.households.index(home)
    for group in home.groups:
        step, first, last = STEP, whole_months(book)[-1], _last(book, home, group, at)
        if home.worker == "lindell":
            step, last = STEP_ADULT, book.day(-(at * 7 % 80) - 1)
        elif home.program and home.worker not in {"rowan", "tamsin"}:
            first = book.day(-HALF)
        days = _days(last, step, first)
        if home.key in SECOND:
            # A second visit between two others, but not in the days that the edges of this month are about.
            days += [day - timedelta(days=13) for day in days]
        for day in days:
            there = [child for child in group if child.entered_on <= _weekday(day)]
            if there:
                found.append(Visit(home, there, _weekday(day)))
    return found


def _days(last: date, step: int, first: date) -> list[date]:
    return [last - timedelta(days=n * step) for n in range((last - first).days // step + 1)]


def _last(book: Book, home: Household, group: list[Child], at: int) -> date:
    """The last ordinary visit of a group."""
    ordinary = {
        "vance_moreau": book.day(-38),
        "tolliver": book.day(-31),
        "brightwater_ames": book.day(-36),
        "sandoval_pryce": book.day(-33),
        "ekwueme_lund": book.day(-29),
        "harrow": book.day(-6),
        "delacroix_finch": book.day(-36),
    }
    if home.key == "quintrell":
        return _before_this_month(book) if group[0].key == "ignatius" else book.day(-33)
    if home.key in ordinary:
        return ordinary[home.key]
    late = home.light and home.worker == "halden" and at % 15 in range(LATE_FAMILIES)
    return book.day(-(33 + at % 5)) if late else book.day(-(at * 5 % 24) - 2)


def _before_this_month(book: Book) -> date:
    return min(book.day(-25), book.today.replace(day=1) - timedelta(days=1))


def _edges(book: Book) -> list[Visit]:
    """What rules.md says of this month, child by child."""
    by = {child.key: (home, child) for home in book.households for child in home.children if child.key}
    vance = by["ansel"][0]

    def one(key: str, day: date, **more: object) -> Visit:
        return Visit(by[key][0], [by[key][1]], day, **more)  # type: ignore[arg-type]

    kasimir = by["kasimir"][1]
    both = [by["lark"][1], kasimir]
    return [
        Visit(vance, vance.children, this_month(book, 8), place="home", not_seen={"callum": "Away at camp with his class"}),
        one("delphine", this_month(book, 5), place="home", late_days=0),
        one("emeric", this_month(book, 4), place="home", late_days=0),
        one("fenna", this_month(book, 9), place="office", late_days=0),
        one("gideon", this_month(book, 7), place="home", late_days=0),
        one("hester", _weekday(book.day(-6)), place="home", late_days=5),
        one("ignatius", this_month(book, 4), kind="video", place="video", late_days=0),
        one("jolie", this_month(book, 6), place="home", late_days=0),
        Visit(by["lark"][0], both, max(_weekday(book.day(-3)), kasimir.entered_on), place="home", late_days=0),
        one("lark", last_31st(book), place="home", at=(23, 30), late_days=0),
        one("mirren", book.day(-1), kind="attempted", place="community", late_days=0,
            observations="Waited at the skate park. She was not there.", not_seen={"mirren": "Missing from care"}),
        Visit(by["nico"][0], by["nico"][0].children, this_month(book, 10), place="home", late_days=0),
    ]  # fmt: skip


def last_31st(book: Book) -> date:
    """The last 31st that is over."""
    day = book.today.replace(day=1) - timedelta(days=1)
    while day.day != 31:
        day = day.replace(day=1) - timedelta(days=1)
    return day


def whole_months(book: Book) -> list[date]:
    """The first days of the last twelve whole months."""
    return [months_before(book.today.replace(day=1), back) for back in range(1, 13)]


def _somebody(book: Book, chance: Random, worker: str, day: date) -> tuple[Household, list[Child]]:
    """A family of this worker with those of its children who were there on that day."""
    held = [(one, [child for child in one.groups[0] if child.entered_on <= day]) for one in book.households]
    return chance.choice([(home, there) for home, there in held if there and home.worker == worker])


def _attempted(book: Book) -> list[Visit]:
    """Two or three a month, nobody there."""
    found = []
    workers = cycle(["rowan", "tamsin", "lindell"])
    chance = book.chance("attempted")
    for at, first in enumerate(whole_months(book)):
        for _turn in range(2 + at % 2):
            worker = next(workers)
            day = _weekday(first + timedelta(days=chance.randint(4, 26)))
            home, there = _somebody(book, chance, worker, day)
            why = {child.key or child.name: NO_ONE for child in there}
            found.append(Visit(home, there, day, kind="attempted", place="home", not_seen=why, observations=NO_ONE))
    return found


def _remote(book: Book) -> list[Visit]:
    """Calls and talks with others: what fills a worker's month up to about fifteen contacts."""
    found = []
    chance = book.chance("remote")
    for first in whole_months(book):
        for worker, kinds in (("rowan", ["phone", "collateral"]), ("lindell", ["phone", "phone", "collateral"])):
            for kind in kinds:
                day = _weekday(first + timedelta(days=chance.randint(4, 26)))
                home, there = _somebody(book, chance, worker, day)
                place = "phone" if kind == "phone" else "office"
                found.append(Visit(home, there, day, kind=kind, place=place))
    return found
