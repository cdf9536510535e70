"""The eight families, each with the edge that its children are there to show."""

from datetime import date
from typing import Any

from porchlight.cases.models import Assignment, Case, Family, Person
from porchlight.demo.book import Book, Child, Household, data, months_before
from porchlight.homes.models import Placement
from porchlight.teams.models import TeamMember

MID_MONTH = 15
REVIEW_CYCLE = 90  # days; a family came to the reviewer so long before its next review is due


def load(book: Book) -> None:
    rows = data("families")
    for row in rows["families"]:
        _family(book, row)
    _teams(book, rows["team"])


def _family(book: Book, row: dict[str, Any]) -> None:
    family = Family(name=row["name"], language=row.get("language", "en"), culture=row.get("culture", ""))
    opened = months_before(book.today, row["opened_months"])
    case = Case(
        family_id=family.id,
        organization_id=book.organizations["agency"],
        program=row["program"],
        court=row.get("court", False),
        opened_on=opened,
        note=row["note"],
        hearing_on=_hearing(book, row),
    )
    home = Household(case.id, row["key"], row["name"], row["worker"], row["program"], [], light=False)
    persons = [
        Person(case_id=case.id, role="parent" if p["relation"] in {"mother", "father"} else "relative",
               first_name=p["first"], last_name=p["last"], relation=p["relation"], phone=p["phone"])
        for p in row["parents"]
    ]  # fmt: skip
    placements = []
    for child in row["children"]:
        person = _person(book, case, row, child)
        persons.append(person)
        stays = _stays(book, person, row, child, opened)
        placements += stays
        home.children.append(
            Child(person.id, child["first"], child.get("home", row["key"]), stays[0].from_on, child["key"])
        )
    since = book.at(opened, 9)
    came = book.at(book.day(row["review_days"] - REVIEW_CYCLE), 9)
    held = [
        Assignment(case_id=case.id, account_id=book.accounts[row["worker"]], from_at=since),
        Assignment(case_id=case.id, account_id=book.accounts["corin"], role="oversight", from_at=max(since, came)),
    ]
    book.put(family, case, *persons, *placements, *held)
    book.households.append(home)


def _hearing(book: Book, row: dict[str, Any]) -> date | None:
    """The one in 12 days is in 12 days, whatever day that is; the others are on weekdays."""
    if "hearing_days" not in row:
        return None
    return book.day(row["hearing_days"]) if row["key"] == "tolliver" else book.court_day(row["hearing_days"])


def _person(book: Book, case: Case, family: dict[str, Any], row: dict[str, Any]) -> Person:
    return Person(
        case_id=case.id,
        role="child",
        first_name=row["first"],
        last_name=row.get("last", family["name"]),
        preferred_name=row.get("preferred", ""),
        pronouns=row["pronouns"],
        born_on=_born(book.today, row),
        languages=row.get("languages", ["en"]),
        school=row.get("school", ""),
        grade=row.get("grade", ""),
        likes="\n".join(row["likes"]),
        calm_down="\n".join(row["calm"]),
        allergies=row.get("allergies", ""),
        medicines=row.get("medicines", ""),
        health_due_on=book.day(row["health_days"]) if "health_days" in row else None,
        dental_due_on=book.day(row["dental_days"]) if "dental_days" in row else None,
        alerts=row.get("alerts", []),
        systems=row["systems"],
        legal_status=row["legal"],
        goal=row["goal"],
        concurrent_goal=row.get("concurrent", ""),
        removed_on=_removed(book, row),
    )


def _born(today: date, row: dict[str, Any]) -> date:
    """A birthday five months ago; or the one who is 17 and turns 18 on the 15th that comes next."""
    if row.get("turns_18_mid_month"):
        next_mid = today.replace(day=MID_MONTH)
        if next_mid <= today:
            next_mid = months_before(next_mid, -1)
        return next_mid.replace(year=next_mid.year - 18)
    birthday = months_before(today, 5)
    return birthday.replace(year=birthday.year - row["age"])


def second_of_month(book: Book) -> date:
    """The last 2nd of a month that is over: on the 1st and on the 2nd itself, last month's."""
    second = book.today.replace(day=2)
    return second if second < book.today else months_before(second, 1)


def _removed(book: Book, row: dict[str, Any]) -> date | None:
    if row.get("entered_on_second"):
        return second_of_month(book)
    return months_before(book.today, row["removed_months"]) if "removed_months" in row else None


def _stays(book: Book, person: Person, family: dict[str, Any], row: dict[str, Any], opened: date) -> list[Placement]:
    if "home" not in row:
        return [Placement(person_id=person.id, kind="own_home", address=family["address"], from_on=opened)]
    kind = "kin_home" if row["home"] in {"H2", "H5"} else "foster_home"
    stay = Placement(
        person_id=person.id, home_id=book.homes[row["home"]], kind=kind, from_on=person.removed_on or opened
    )
    if "missing_days" not in row:
        return [stay]
    gone = book.day(-row["missing_days"])
    stay.to_on = gone
    return [stay, Placement(person_id=person.id, kind="missing", from_on=gone)]


def _teams(book: Book, rows: list[dict[str, Any]]) -> None:
    """The worker and the supervisor first, then whom the family knows."""
    members = []
    for home in (one for one in book.households if not one.light):
        staff = [(home.worker, "caseworker"), ("priya", "supervisor"), ("corin", "oversight")]
        for position, (key, role) in enumerate(staff):
            members.append(
                TeamMember(
                    case_id=home.case_id,
                    account_id=book.accounts[key],
                    name=book.names[key],
                    role=role,
                    phone=PHONES[key],
                    position=position if role != "oversight" else 99,
                )
            )
        for position, row in enumerate((r for r in rows if r["family"] == home.key), start=10):
            members.append(
                TeamMember(
                    case_id=home.case_id,
                    person_id=book.child(row["child"])[1].id if "child" in row else None,
                    name=row["name"],
                    role=row["role"],
                    phone=row["phone"],
                    is_natural=row.get("natural", False),
                    position=position,
                )
            )
    book.put(*members)


PHONES = {row["key"]: row["phone"] for row in data("people")["accounts"] if "phone" in row}
