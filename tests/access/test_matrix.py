"""Every route, as every role and relation, about an own family, another's and another organization's: what comes out is
what the access table gives, 0 differences. Each text of a file is a canary of its own, so that a leak has a name.
"""

import logging
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response
from litestar import Litestar

from porchlight.app import furnish, make_tools
from porchlight.core.tools import Tools
from porchlight.relations import relate
from porchlight.settings import Settings
from tests.access.canaries import rights
from tests.access.cast import CAST, FEW
from tests.access.declared import DECLARED, Asks, Gate
from tests.access.matrix import CANARY, Matrix, addressed, make, names, of_file, routes_of
from tests.browsing import Browser
from tests.clocks import Clock
from tests.databases import sqlite_url
from tests.house.tree import told

NONE = frozenset[str]()


@pytest.fixture(scope="module")
def tools(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    folder = tmp_path_factory.mktemp("matrix")
    shutil.copy(migrated_sqlite, folder / "porchlight.sqlite3")
    settings = Settings(data=folder / "data", database=sqlite_url(folder / "porchlight.sqlite3"), worker=False)
    made = make_tools(settings, clock=Clock())
    relate()
    yield made
    made.db.close()


@pytest.fixture(scope="module")
def matrix(tools: Tools) -> Matrix:
    return make(tools)


@pytest.fixture(scope="module")
def asked(tools: Tools, matrix: Matrix, routes: Litestar) -> Iterator[dict[str, Browser]]:
    logging.getLogger("httpx").setLevel(logging.WARNING)  # thousands of lines that nobody reads
    app = furnish(routes, tools)
    made = {name: Browser(app) for name in CAST}
    for name, browser in made.items():
        assert browser.sign_in(f"{name}@example.org").status_code == 303
    yield made
    for browser in made.values():
        browser.close()


@dataclass(frozen=True)
class Answer:
    status: int
    texts: frozenset[str]
    title: str


Shown = dict[tuple[str, str, str, str], Answer]


def read(answer: Response) -> Answer:
    title = re.search(r"<title>(.*?)</title>", answer.text, re.S)
    return Answer(answer.status_code, frozenset(CANARY.findall(answer.text)), title[1] if title else "")


@pytest.fixture(scope="module")
def shown(asked: dict[str, Browser], matrix: Matrix, routes: Litestar) -> Shown:
    """What came out of each GET: (name, path, family, address) to status and canaries. family "": no case in the address."""
    found: Shown = {}
    for method, path, _handler in routes_of(routes):
        asks = DECLARED.get((method, path))
        if method != "GET" or asks is None or asks.gate in (Gate.OPEN, Gate.TOKEN):
            continue
        for family, address in _addresses(matrix, path, asks):
            for name, browser in asked.items():
                if name not in FEW and not asks.shows and not family:
                    continue
                found[name, path, family, address] = read(browser.get(address))
    for name, browser in asked.items():
        found[name, "/offline/pack", "", "/offline/pack"] = read(browser.post("/offline/pack", json={"have": {}}))
    return found


def _addresses(matrix: Matrix, path: str, asks: Asks) -> Iterator[tuple[str, str]]:
    if not (names(path) & set(matrix.files["own"].ids)):
        yield "", addressed(path, {"schedule_id": matrix.schedule})
    elif not asks.query:
        ours = names(path) & set(matrix.files["own"].ids)
        for family, file in matrix.files.items():
            for ids in of_file(file, path) if ours <= set(file.ids) else ():
                yield family, addressed(path, ids)
    if asks.query:
        for family in ("own", "other"):
            file = matrix.files[family]
            yield family, f"{addressed(path, file.ids)}?{asks.query}={file.ids['case_id']}"


def test_every_route_says_whom_it_is_for(routes: Litestar) -> None:
    every = {(method, path): handler for method, path, handler in routes_of(routes)}

    assert sorted(set(every) - set(DECLARED)) == []
    assert sorted(set(DECLARED) - set(every)) == []
    assert [one for one, handler in every.items() if bool(handler.opt.get("open")) != DECLARED[one].signed_out] == []


@pytest.mark.asvs("8.1.2", "8.2.2", "8.2.3", "14.2.6", "15.3.1")
def test_no_route_shows_anybody_a_text_that_the_table_does_not_open(shown: Shown, matrix: Matrix) -> None:
    known = {one.text: one for one in matrix.planting.all}
    leaks = set()
    for (name, path, _family, _address), answer in shown.items():
        if answer.status >= 500:
            leaks.add(f"{name} {path}: {answer.status}")
        shows = DECLARED[("POST" if path == "/offline/pack" else "GET"), path].shows
        for text in answer.texts:
            if not known[text].may_be_read(name, shows):
                leaks.add(f"{name} {path}: {known[text].family} {known[text].column} {known[text].child}")

    assert not leaks, told(sorted(leaks))


@pytest.mark.asvs("8.1.2", "8.2.3")
def test_what_the_table_opens_is_shown_somewhere(shown: Shown, matrix: Matrix) -> None:
    seen = defaultdict(set)
    for (name, *_rest), answer in shown.items():
        seen[name] |= answer.texts

    lacking = [
        f"{name}: {one.family} {one.column} {one.child}"
        for one in matrix.planting.all
        for name in CAST
        if one.must_be_read(name) and one.text not in seen[name]
    ]

    assert not lacking, told(lacking)


def opens(name: str, family: str, asks: Asks) -> bool:
    """Whether a route of one case opens for this person, by the table."""
    held = {capability for capability, _field in rights(name, family)}
    return asks.by in held and (not asks.roles or not CAST[name].roles.isdisjoint(asks.roles))


@pytest.mark.asvs("8.2.1", "8.2.2")
def test_a_page_of_a_case_opens_for_whom_the_table_says_and_is_not_found_by_others(shown: Shown) -> None:
    differences = []
    for (name, path, family, address), answer in shown.items():
        asks, status = DECLARED.get(("GET", path)), answer.status
        if asks and asks.gate == Gate.CASE and (status != 404) != opens(name, family, asks):
            differences.append(f"{name} {path} {family}: {status}")
        if asks and asks.gate == Gate.ROLES and status != 404 and CAST[name].roles.isdisjoint(asks.roles):
            differences.append(f"{name} {address}: {status}")

    assert not differences, told(sorted(set(differences)))


@pytest.mark.asvs("8.2.1", "8.2.2", "8.3.1")
def test_every_act_on_a_case_is_not_found_by_whom_the_table_does_not_open_it(
    asked: dict[str, Browser], matrix: Matrix, routes: Litestar
) -> None:
    """Sent straight to its address, as if a page had a button for it. Nothing that comes back is of the case."""
    known = {one.text: one for one in matrix.planting.all}
    differences = []
    for method, path, _handler in routes_of(routes):
        asks = DECLARED[method, path]
        if method == "GET" or asks.gate not in (Gate.CASE, Gate.ROLES):
            continue
        for family, address in _addresses(matrix, path, asks):
            for name, browser in asked.items():
                if name not in FEW and asks.gate == Gate.ROLES:
                    continue
                if opens(name, family, asks) if asks.gate == Gate.CASE else CAST[name].roles & asks.roles:
                    continue
                answer = _send(browser, method, address, path)
                # A body that does not fit is said to be wrong before anybody looks who sent it.
                refused = {404, 422} if address.startswith("/api/") else {404}
                leaks = [one for one in read(answer).texts if not known[one].may_be_read(name)]
                if answer.status_code not in refused or leaks:
                    differences.append(f"{name} {method} {path} {family}: {answer.status_code}")

    assert not differences, told(sorted(differences))


# What a form would send where one is read before the right to send it: the readers of a page that has the form.
BODIES: dict[str, dict[str, Any]] = {
    "/incidents/{incident_id:uuid}/told": {"id": str(uuid4()), "party": "doctor", "words": "Rang"},
    "/incidents/{incident_id:uuid}/follow-ups": {"id": str(uuid4()), "title": "Ring"},
    "/incidents/{incident_id:uuid}/review": {"state": "reviewed", "version": "1"},
    "/missing/{episode_id:uuid}/steps": {"id": str(uuid4()), "step": "note", "words": "Looked"},
    "/missing/{episode_id:uuid}/link": {"crisis_id": str(uuid4())},
    "/missing/{episode_id:uuid}/found": {"found_where": "Park", "found_how": "other"},
    "/missing/{episode_id:uuid}/close": dict.fromkeys(("why_left", "while_away", "what_helps"), "-")
    | {"screened": "sign"},
    "/mandated/{report_id:uuid}/reporter": {"reason": "Because"},
    "/visits/texts/{caregiver_id:uuid}": {"agreed": "yes", "how": "said"},
}


def _send(browser: Browser, method: str, address: str, path: str) -> Response:
    body: dict[str, Any] = {"json": {}} if address.startswith("/api/") else {"data": BODIES.get(path, {})}
    return browser.request(method, address, **body)


@pytest.mark.asvs("8.2.2")
def test_a_case_that_is_not_theirs_looks_like_one_that_is_not_there(asked: dict[str, Browser], matrix: Matrix) -> None:
    differences = []
    for method, path in [one for one, asks in DECLARED.items() if asks.gate == Gate.CASE]:
        ids = matrix.files["own"].ids
        nothing = {key: value if key == "number" else uuid4() for key, value in ids.items()}
        theirs, none = (_send(asked["tamsin"], method, addressed(path, one), path) for one in (ids, nothing))
        if _same(theirs, ids) != _same(none, nothing):
            differences.append(f"{method} {path}")

    assert not differences, told(differences)


def _same(answer: Response, ids: dict[str, Any]) -> tuple[int, str]:
    text = answer.text
    for one in ids.values():
        text = text.replace(str(one), "") if isinstance(one, UUID) else text
    return answer.status_code, re.sub(r'nonce="[^"]+"', "", text)


@pytest.mark.asvs("14.2.1")
def test_no_text_of_a_file_stands_in_a_title(shown: Shown) -> None:
    assert [path for (_name, path, *_rest), answer in shown.items() if CANARY.search(answer.title)] == []


@pytest.mark.asvs("8.2.3", "14.2.5")
def test_what_an_emergency_opens_is_on_no_list_and_in_no_pack(shown: Shown) -> None:
    lists = ("/today", "/families", "/api/v1/cases", "/api/v1/tasks", "/incidents", "/missing", "/offline/pack")

    assert [
        path for (name, path, *_rest), answer in shown.items() if name == "gale" and path in lists and answer.texts
    ] == []
