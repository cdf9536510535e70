"""What holds for every address of the router: headers, methods, other sites, and that reading changes nothing."""

import re
from collections.abc import Callable

import pytest
from httpx import Response

from porchlight.app import PWA
from porchlight.web.describing import PROBLEMS
from tests.browsing import ORIGIN
from tests.web.conftest import Town
from tests.web.crawling import Address

# One for each role that has pages of its own.
PEOPLE = ["rowan", "priya", "sunniva", "corin", "joss"]
# What a reading may write: who read it, that a session or a device still lives, and who tries addresses that are secrets.
MAY = re.compile(
    r"INSERT INTO (audit_\w+|sign_in_failures)|UPDATE sign_ins SET last_seen_at|UPDATE devices SET last_seen_at"
)
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": ""},
]
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"}
INSIDE = re.compile(r"Traceback|litestar|sqlalchemy|site-packages|granian|\bpython/", re.I)


def gets(town: Town) -> list[Address]:
    return [one for one in town.addresses if one.method == "GET"]


def test_the_crawl_reaches_most_of_what_there_is(town: Town) -> None:
    """Or all that follows would be promises about pages that were not found."""
    answered = {
        one.template
        for one in gets(town)
        for name in PEOPLE
        for path in one.paths
        if town.person(name).get(path).status_code == 200
    }
    missed = {one.template for one in gets(town)} - answered

    assert len(town.addresses) > 200
    assert len(missed) < 60, "\n".join(sorted(missed))


@pytest.mark.asvs("3.5.3")
@pytest.mark.parametrize("name", PEOPLE)
def test_reading_changes_nothing(town: Town, watched: Callable[[], list[str]], name: str) -> None:
    person = town.person(name)
    watched()
    wrong = []
    for one in gets(town):
        for path in one.paths * 2:
            person.get(path)
            wrong += [f"{one.template}: {change}" for change in watched() if not MAY.match(change)]

    assert not wrong


@pytest.mark.asvs("3.5.1", "3.5.2")
@pytest.mark.parametrize("foreign", FOREIGN)
def test_no_other_site_changes_anything(town: Town, watched: Callable[[], list[str]], foreign: dict[str, str]) -> None:
    person = town.person("priya")
    watched()
    unsafe = [one for one in town.addresses if one.method not in {"GET", "HEAD"}]
    answers = {
        (one.method, path): person.request(one.method, path, headers=foreign).status_code
        for one in unsafe
        for path in one.paths[:1]
        if not one.template.startswith("/hooks/")  # signed by whoever sends it, and worth nothing else
    }

    assert len(answers) > 80
    assert {key for key, status in answers.items() if status != 403} == set()
    assert watched() == []


@pytest.mark.asvs("4.1.4", "13.4.4")
def test_only_the_methods_that_are_meant_are_answered(town: Town) -> None:
    person, known = town.person("priya"), {}
    for one in town.addresses:
        known.setdefault(one.paths[0], set()).add(one.method)
    answers = {
        (method, path): person.request(method, path).status_code
        for path, methods in known.items()
        for method in METHODS - methods
    }

    assert {key: status for key, status in answers.items() if status != 405} == {}


@pytest.mark.asvs("3.4.2", "3.5.2")
def test_no_other_origin_is_let_in(town: Town) -> None:
    person = town.person("priya")
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answers = [
        person.request(method, path, headers=asked)
        for one in town.addresses
        for path in one.paths[:1]
        for method in {"OPTIONS", one.method} & {"OPTIONS", "GET"}
    ]

    assert len(answers) > 250
    assert [str(a.url) for a in answers if any(name.startswith("access-control-") for name in a.headers)] == []


# Files of the shell: what they need to be what they are (docs/security.md).
OF_SHELL = {"/sw.js", "/manifest.webmanifest"}


def page_headers(path: str, answer: Response) -> list[str]:
    """What is missing of an answer's headers."""
    have = answer.headers
    if path in OF_SHELL:
        return [] if have.get("x-content-type-options") == "nosniff" else ["nosniff"]
    policy = have.get("content-security-policy", "")
    wanted = {
        "nosniff": have.get("x-content-type-options") == "nosniff",
        "referrer": have.get("referrer-policy") == "same-origin",
        "frame": "frame-ancestors 'none'" in policy,
        "nothing by default": "default-src 'none'" in policy,
        "nothing unsafe": "unsafe" not in policy and "*" not in policy and "http:" not in policy,
        "no-store": have.get("cache-control", "").startswith(("no-store", "private, no-store")),
        "no name": have.get("server", "") == "" and "x-powered-by" not in have,
    }
    if have.get("content-type", "").startswith("text/html"):
        wanted |= {
            "nonce": bool(re.search(r"script-src 'nonce-[\w-]{22}'(;|$)", policy)),
            "trusted types": "require-trusted-types-for 'script'" in policy,
            "no base": "base-uri 'none'" in policy,
            "no object": "object-src 'none'" in policy,
            "own forms": "form-action 'self'" in policy,
            "coop": have.get("cross-origin-opener-policy") == "same-origin",
        }
    return [name for name, held in wanted.items() if not held]


@pytest.mark.asvs("3.4.3", "3.4.4", "3.4.5", "3.4.6", "3.4.8", "14.3.2", "13.4.6")
@pytest.mark.parametrize("name", ["", *PEOPLE])
def test_every_answer_carries_its_headers(town: Town, name: str) -> None:
    person = town.person(name)
    missing = {}
    for one in town.addresses:
        for path in one.paths[:1]:
            answer = person.request(one.method, path) if one.method == "GET" else person.post(path, headers=FOREIGN[0])
            if lacks := page_headers(path, answer):
                missing[path] = lacks

    assert missing == {}


@pytest.mark.asvs("13.4.2", "13.4.6", "16.5.1")
def test_no_answer_tells_of_the_inside(town: Town) -> None:
    answers = [town.person(name).get(path) for one in gets(town) for path in one.paths[:1] for name in ("", "priya")]
    answers += [
        town.person("priya").post(path, content=b"\\x00{", headers={"Content-Type": "application/json"})
        for one in town.addresses
        if one.method == "POST"
        for path in one.paths[:1]
    ]

    assert [str(a.url) for a in answers if INSIDE.search(a.text)] == []
    assert {str(a.url.path) for a in answers if a.status_code >= 500} <= {
        "/health/engine",
        "/health/audit",
    }  # no worker runs here


@pytest.mark.asvs("13.4.1", "13.4.3", "13.4.5")
@pytest.mark.parametrize(
    "path",
    [
        *("/.git/config", "/.git/HEAD", "/.svn/entries", "/.env", "/requirements.lock", "/package.json", "/README.md"),
        *(
            "/js/",
            "/css/",
            "/icons/",
            "/vendor/",
            "/words/",
            "/sw/",
            "/shared/",
            "/vendor/VENDOR.toml",
            "/templates/base.html",
        ),
        *(
            "/js/../../pyproject.toml",
            "/js/%2e%2e/%2e%2e/pyproject.toml",
            "/css/..%2f..%2fpyproject.toml",
            "/js//etc/passwd",
        ),
        *(
            "/docs",
            "/schema",
            "/api/description",
            "/api/description/swagger",
            "/api/description/openapi.json",
            "/metrics",
        ),
        *("/debug", "/console", "/server-status", "/admin", "/api", "/api/v1"),
    ],
)
def test_nothing_of_the_inside_is_served(town: Town, path: str) -> None:
    for name in ("", "priya"):
        assert town.person(name).get(path).status_code == 404


@pytest.mark.asvs("3.3.1", "3.3.2", "3.3.3", "3.3.4")
def test_every_cookie_is_bound_to_us_and_to_https(town: Town) -> None:
    browser = town.secure()
    email = {"email": "rowan@example.org", "password": "wrong"}
    told = [browser.get(path) for one in gets(town) if one.open for path in one.paths[:1]]
    told += [
        browser.post(path, data={**email, "code": "es"})
        for one in town.addresses
        if one.open and one.method == "POST"
        for path in one.paths[:1]
    ]
    from porchlight.demo import DEMO_PASSWORD

    with town.tools.db.reading() as session:
        import sqlalchemy as sa

        rowan = session.connection().execute(sa.text("select email, id from accounts where email like 'rowan%'")).one()
    told.append(browser.post("/sign-in", data={"email": rowan[0], "password": DEMO_PASSWORD}))
    told.append(browser.post("/sign-in/demo", data={"account_id": rowan[1]}))
    cookies = [line for answer in told for line in answer.headers.get_list("set-cookie")]

    assert any(line.startswith("__Host-porchlight=") and len(line.split(";")[0]) > 50 for line in cookies)
    for line in cookies:
        attributes = {part.strip().lower() for part in line.split(";")[1:]}
        assert line.startswith("__Host-"), line
        assert {"secure", "httponly", "path=/"} <= attributes, line
        assert attributes & {"samesite=lax", "samesite=strict"}, line
        assert not any(part.startswith("domain") for part in attributes), line


@pytest.mark.asvs("3.4.1")
def test_whatever_goes_over_https_asks_to_come_back_by_it(town: Town) -> None:
    browser = town.secure()
    answers = [browser.get(path) for one in gets(town) for path in one.paths[:1]]
    answers += [browser.post("/sign-out", headers=FOREIGN[0]), browser.get("/nowhere"), browser.get("/js/boot.js")]

    assert {a.headers.get("strict-transport-security") for a in answers} == {"max-age=31536000; includeSubDomains"}


@pytest.mark.asvs("3.2.1", "4.1.1")
def test_each_answer_says_what_it_is(town: Town) -> None:
    wrong = {}
    for one in gets(town):
        for path in one.paths[:1]:
            answer = town.person("priya").get(path)
            kind, body = answer.headers.get("content-type", ""), answer.content
            html = body.lstrip()[:15].lower().startswith((b"<!doctype", b"<html"))
            if body and (not kind or (html != kind.startswith("text/html") and html)):
                wrong[path] = kind
            if kind.startswith("text/") and path not in OF_SHELL and "charset=utf-8" not in kind.lower():
                wrong[path] = kind

    assert wrong == {}


def test_a_page_of_ours_may_still_post(town: Town) -> None:
    """The refusals above are worth nothing if everything were refused."""
    answer = town.person("rowan").post(
        "/language", data={"code": "es", "next": "/today"}, headers={"Sec-Fetch-Site": "", "Origin": ORIGIN}
    )

    assert answer.status_code == 303


@pytest.mark.asvs("5.4.1", "5.4.2")
def test_names_of_files_are_ours_and_hold_nobody(town: Town) -> None:
    """No name of a family, and nothing that was typed, stands in a header."""
    answers = [
        town.person(name).get(path) for name in ("rowan", "priya") for one in gets(town) for path in one.paths[:1]
    ]
    names = {answer.headers.get("content-disposition", "") for answer in answers} - {""}

    assert names
    assert [
        name for name in names if not re.fullmatch(r'(attachment|inline); filename="[a-z-]+\.[a-z]{3,4}"', name)
    ] == []


@pytest.mark.asvs("3.5.7")
def test_files_of_the_shell_are_the_same_for_everybody(town: Town) -> None:
    """A script of another site may read what a <script> brings: so nothing of anybody may be in one."""
    files = [path for folder in ("js", "shared", "sw", "vendor", "css") for path in (PWA / folder).rglob("*.*")]
    paths = [f"/{path.relative_to(PWA)}" for path in files if path.suffix in {".js", ".css"}]
    paths += ["/sw.js", "/sw/precache.js", "/words/es.json"]
    served = {path: [town.person(name).get(path) for name in ("", "rowan", "priya")] for path in paths}

    assert len([path for path, (one, *_) in served.items() if one.status_code == 200]) > 80
    assert [path for path, (one, *others) in served.items() if any(o.content != one.content for o in others)] == []
    scripts = [
        one for answers in served.values() for one in answers if "javascript" in one.headers.get("content-type", "")
    ]
    assert {one.headers["x-content-type-options"] for one in scripts} == {"nosniff"}


@pytest.mark.asvs("2.2.1", "2.2.2", "15.3.3")
def test_the_description_says_every_problem_and_lets_no_other_field_in(town: Town) -> None:
    said = town.person("").get("/api/openapi.json").json()
    operations = [(path, method, what) for path, item in said["paths"].items() for method, what in item.items()]
    parts = said["components"]["schemas"].items()
    bodies = {name: part for name, part in parts if "properties" in part and name != "Problem"}

    assert len(operations) > 25
    assert [(path, method) for path, method, what in operations if not set(PROBLEMS) <= set(what["responses"])] == []
    assert len(bodies) > 10
    assert [name for name, part in bodies.items() if part.get("additionalProperties") is not False] == []
