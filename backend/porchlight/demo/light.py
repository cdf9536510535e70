"""The light records that make every count true: 10 youths, 62 families of the contractor, 31 adults."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from porchlight.cases.models import Assignment, Case, Family, Person
from porchlight.demo.book import Book, Child, Household, data, months_before
from porchlight.homes.models import Placement

YOUTHS = 10  # with four children of the named families: Tamsin's 14
FAMILIES = 62  # with the eight named and the ten youths': 80, of which Corin reviews 78
UNREVIEWED = 2  # two of the youths' families have no review by the state
IN_H8 = 3  # of four beds
CONTRACTORS = ("ilse", "tobias", "greer", "halden")
OVERSIGHT = "oversight"


@dataclass
class Light:
    """One light family before it has rows."""

    name: str
    worker: str
    program: str
    firsts: list[str]
    reviewed: bool = True
    in_h8: bool = False

    @property
    def adult(self) -> bool:
        return self.program == "tcm"

    @property
    def court(self) -> bool:
        return self.program == "foster_care"


def load(book: Book) -> None:
    names = data("light")
    chance = book.chance("light")
    for light in _families(names):
        _load(book, light, chance, names["streets"])


def _families(names: dict[str, list[str]]) -> Iterator[Light]:
    firsts = cycle(names["first_names"])
    for at, name in enumerate(names["family_names"][:YOUTHS]):
        yield Light(name, "tamsin", "wraparound", [next(firsts)], reviewed=at >= UNREVIEWED)
    rest = names["family_names"][YOUTHS : YOUTHS + FAMILIES]
    for at, (name, worker) in enumerate(zip(rest, cycle(CONTRACTORS), strict=False)):
        in_h8 = at < IN_H8
        program = "foster_care" if at % 3 or in_h8 else "in_home"
        many = 2 if at % 4 == 0 and not in_h8 else 1
        yield Light(name, worker, program, list(islice(firsts, many)), in_h8=in_h8)
    for name in names["adults"]:
        first, last = name.split(" ")
        yield Light(last, "lindell", "tcm", [first], reviewed=False)


def _load(book: Book, light: Light, chance: Random, streets: list[str]) -> None:
    opened = months_before(book.today, chance.randint(14, 30)) - timedelta(days=chance.randint(0, 25))
    agency = "contractor" if light.worker in CONTRACTORS else "agency"
    family = Family(name=light.name)
    case = Case(
        family_id=family.id,
        organization_id=book.organizations[agency],
        program=light.program,
        court=light.court,
        opened_on=opened,
        hearing_on=book.court_day(chance.randint(5, 170)) if light.court else None,
    )
    home = Household(case.id, f"light {light.name} {light.firsts[0]}", light.name, light.worker, light.program, [])
    address = "" if light.in_h8 else f"{chance.randint(2, 180)} {chance.choice(streets)}, Alder"
    stay: dict[str, Any] = {
        "home_id": book.homes["H8"] if light.in_h8 else None,
        "kind": "foster_home" if light.court else "own_home",
        "address": address,
        "from_on": opened,
    }
    persons = [_person(book, light, case, first, chance) for first in light.firsts]
    home.children += [Child(one.id, one.first_name, "H8" if light.in_h8 else home.key, opened) for one in persons]
    book.put(family, case, *persons, *(Placement(person_id=one.id, **stay) for one in persons))
    book.put(*_held(book, light, case, chance))
    book.households.append(home)


def _person(book: Book, light: Light, case: Case, first: str, chance: Random) -> Person:
    return Person(
        case_id=case.id,
        role="adult" if light.adult else "child",
        first_name=first,
        last_name=light.name,
        born_on=_born(book.today, chance, adult=light.adult),
        languages=["es", "en"] if light.in_h8 else ["en"],
        legal_status="ward" if light.court else "not_in_custody",
        goal={"foster_care": "reunify", "tcm": ""}.get(light.program, light.program),
        removed_on=case.opened_on if light.court else None,
    )


def _held(book: Book, light: Light, case: Case, chance: Random) -> list[Assignment]:
    held = [Assignment(case_id=case.id, account_id=book.accounts[light.worker], from_at=book.at(case.opened_on, 9))]
    if light.reviewed:
        came = book.at(book.day(-chance.randint(1, 85)), 9)
        held.append(Assignment(case_id=case.id, account_id=book.accounts["corin"], role=OVERSIGHT, from_at=came))
    return held


def _born(today: date, chance: Random, *, adult: bool) -> date:
    years = chance.randint(22, 70) if adult else chance.randint(3, 16)
    return today.replace(year=today.year - years, day=1) - timedelta(days=chance.randint(20, 330))
