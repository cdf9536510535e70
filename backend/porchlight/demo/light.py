"""The light records that make every count true: 10 youths, 62 families of the contractor, 31 adults."""

from datetime import date, timedelta
from itertools import cycle, islice
from random import Random

from sqlmodel import SQLModel

from porchlight.cases.models import Assignment, Case, Family, Person
from porchlight.demo.book import Book, Child, Household, data, months_before
from porchlight.homes.models import Placement

YOUTHS = 10  # with four children of the named families: Tamsin's 14
FAMILIES = 62  # with the eight named and the ten youths': 80, of which Corin reviews 78
UNREVIEWED = 2  # two of the youths' families have no review by the state
IN_H8 = 3  # of four beds
CONTRACTORS = ("ilse", "tobias", "greer", "halden")
CASEWORKER, OVERSIGHT = "caseworker", "oversight"


def load(book: Book) -> None:
    names = data("light")
    chance = book.chance("light")
    firsts = cycle(names["first_names"])
    for at, name in enumerate(names["family_names"][:YOUTHS]):
        reviewed = at >= UNREVIEWED
        _family(book, name, "tamsin", "wraparound", [next(firsts)], chance, names["streets"], reviewed=reviewed)
    rest = names["family_names"][YOUTHS : YOUTHS + FAMILIES]
    for at, (name, worker) in enumerate(zip(rest, cycle(CONTRACTORS), strict=False)):
        program = "foster_care" if at % 3 else "in_home"
        many = 1 + (at % 4 == 0)
        _family(book, name, worker, program, list(islice(firsts, many)), chance, names["streets"], h8=at < IN_H8)
    for name in names["adults"]:
        first, last = name.split(" ")
        _family(book, last, "lindell", "tcm", [first], chance, names["streets"], adult=True, reviewed=False)


def _family(
    book: Book,
    name: str,
    worker: str,
    program: str,
    firsts: list[str],
    chance: Random,
    streets: list[str],
    *,
    adult: bool = False,
    reviewed: bool = True,
    h8: bool = False,
) -> None:
    opened = months_before(book.today, chance.randint(8, 30)) - timedelta(days=chance.randint(0, 25))
    agency = "agency" if worker in {"tamsin", "lindell"} else "contractor"
    court = program == "foster_care"
    family = Family(name=name)
    case = Case(
        family_id=family.id,
        organization_id=book.organizations[agency],
        program=program,
        court=court,
        opened_on=opened,
        hearing_on=book.court_day(chance.randint(5, 170)) if court else None,
    )
    home = Household(case.id, f"light {name} {firsts[0]}", name, worker, program, [])
    home_id = book.homes["H8"] if h8 else None
    address = "" if h8 else f"{chance.randint(2, 180)} {chance.choice(streets)}, Alder"
    kind = "foster_home" if court or h8 else "own_home"
    rows: list[SQLModel] = []
    stays: list[SQLModel] = []
    for first in firsts[:1] if h8 else firsts:
        person = Person(
            case_id=case.id,
            role="adult" if adult else "child",
            first_name=first,
            last_name=name,
            born_on=_born(book.today, chance, adult=adult),
            languages=["es", "en"] if h8 else ["en"],
            legal_status="ward" if court else "not_in_custody",
            goal={"foster_care": "reunify", "tcm": ""}.get(program, program),
            removed_on=opened if court else None,
        )
        rows.append(person)
        stays.append(Placement(person_id=person.id, home_id=home_id, kind=kind, address=address, from_on=opened))
        home.children.append(Child(person.id, first, "H8" if h8 else home.key, opened))
    held = [Assignment(case_id=case.id, account_id=book.accounts[worker], from_at=book.at(opened, 9))]
    if reviewed:
        came = book.at(book.day(-chance.randint(1, 85)), 9)
        held.append(Assignment(case_id=case.id, account_id=book.accounts["corin"], role=OVERSIGHT, from_at=came))
    book.put(family, case, *rows, *stays, *held)
    book.households.append(home)


def _born(today: date, chance: Random, *, adult: bool) -> date:
    years = chance.randint(22, 70) if adult else chance.randint(3, 16)
    return today.replace(year=today.year - years, day=1) - timedelta(days=chance.randint(20, 330))
