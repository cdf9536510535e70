"""What the server writes about itself: enough to mend it, and no word of anybody."""

import ast
import json
import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError

from porchlight.app import routed
from porchlight.cases import queries as cases
from porchlight.core import logs
from porchlight.people import queries as people
from tests.house.tree import ROOT
from tests.web.conftest import Town

FORGED = 'x\r\n{"event": "forged", "level": "info"}\x1b[31m'


@pytest.fixture
def speaking(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """The log of the running product, in this process."""
    kept = list(logging.root.handlers)
    logs.set_up()
    capsys.readouterr()
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = kept


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    said = capsys.readouterr()
    assert said.out == ""
    return [json.loads(line) for line in said.err.splitlines()]


@pytest.mark.asvs("16.4.1")
@pytest.mark.usefixtures("speaking")
def test_a_line_cannot_be_forged(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().error("request.failed", kind=FORGED, code=FORGED)

    (line,) = lines(capsys)

    assert line["event"] == "request.failed"
    assert line["kind"] == FORGED


@pytest.mark.asvs("16.2.5")
@pytest.mark.usefixtures("speaking")
def test_what_nobody_thought_about_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().error("request.failed", kind="ValueError", name="Gideon Quintrell", token="secret")
    logging.getLogger("some.library").warning("could not reach %s", "Gideon Quintrell")
    logging.getLogger("asyncio").error("Task of Gideon Quintrell", exc_info=ValueError("Gideon Quintrell"))

    said = lines(capsys)

    assert [line["event"] for line in said] == ["request.failed", "library.said", "library.said"]
    assert "Quintrell" not in json.dumps(said)
    assert "secret" not in json.dumps(said)
    assert said[2]["kind"] == "ValueError"


@pytest.mark.asvs("16.2.5")
@pytest.mark.usefixtures("speaking")
def test_the_application_lets_no_other_log_in_beside_ours() -> None:
    routed()

    ours = {type(handler).__name__ for handler in logging.root.handlers} - {
        "LogCaptureHandler",
        "_LiveLoggingNullHandler",
    }
    assert ours - {"_FileHandler"} == {"_Strangers"}


def secrets_of(town: Town) -> set[str]:
    """Every name, address, telephone number and word of the caseload, and what people typed to get in."""
    columns = (
        "first_name",
        "last_name",
        "preferred_name",
        "email",
        "phone",
        "address",
        "observations",
        "private_note",
        "words",
    )
    found: set[str] = set()
    with town.tools.db.reading() as session:
        for table in sa.inspect(session.connection()).get_table_names():
            for column in sa.inspect(session.connection()).get_columns(table):
                if column["name"] in columns:
                    rows = session.execute(sa.text(f'SELECT DISTINCT "{column["name"]}" FROM "{table}"')).scalars()
                    found |= {str(value) for value in rows if value and len(str(value)) > 4}
    return found


@pytest.mark.asvs("16.2.5", "14.2.1")
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # what was broken on purpose is not awaited
@pytest.mark.usefixtures("speaking")
def test_a_day_of_mistakes_leaves_no_name_and_no_token_in_the_log(
    town: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page fails in three ways: with words of a child in the error, in the database, and in what was sent."""
    rowan, planted = town.person("rowan"), secrets_of(town)
    assert len(planted) > 300
    token = rowan.client.cookies.get("porchlight") or ""
    words = sorted(planted, key=len)[-1]

    def fails(*_args: object, **_more: object) -> None:
        raise ValueError(f"{words} {token}")

    def down(*_args: object, **_more: object) -> None:
        raise OperationalError("SELECT x", {"name": words}, Exception(words))

    seen = 0
    for broken in (fails, down):
        with monkeypatch.context() as patch:
            for name in ("allowed", "caseload", "family"):
                if hasattr(cases, name):
                    patch.setattr(cases, name, broken)
            patch.setattr("porchlight.people.access.fields", broken)
            patch.setattr("porchlight.people.access.cases", broken)
            for one in town.addresses:
                if one.template == "/sign-out":
                    continue
                answer = rowan.request(
                    one.method, one.paths[0], params={"q": words}, data={"words": words, "name": token}
                )
                seen += answer.status_code >= 500
                assert words not in answer.text or answer.status_code < 500
                assert "Traceback" not in answer.text
    stranger = town.person("")
    for email in (people.NO_AGENCY.name, "gideon@example.org", words):
        stranger.post("/sign-in", data={"email": email, "password": words})

    said = json.dumps(lines(capsys), ensure_ascii=False)

    assert seen > 20
    assert said.count("request.failed") > 10
    assert said.count("database.unreachable") > 5
    assert [each for each in {*planted, token} if each in said] == []


@pytest.mark.asvs("16.5.1", "16.5.3", "16.5.4")
@pytest.mark.parametrize(
    ("broken", "status"),
    [(ValueError("inside"), 500), (OperationalError("SELECT inside", {}, Exception("inside")), 503)],
)
def test_what_fails_fails_closed_and_tells_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch, broken: Exception, status: int
) -> None:
    def fails(*_args: object, **_more: object) -> None:
        raise broken

    with town.tools.db.reading() as session:
        names = set(session.execute(sa.text("SELECT last_name FROM persons")).scalars())
    case = next(one.paths[0] for one in town.addresses if one.template == "/cases/{case_id:uuid}")
    assert any(name in town.person("rowan").get(case).text for name in names)
    monkeypatch.setattr("porchlight.people.access.fields", fails)
    monkeypatch.setattr("porchlight.people.access.cases", fails)

    page = town.person("rowan").get(case)
    problem = town.person("rowan").get(case.replace("/cases/", "/api/v1/cases/"))

    assert page.status_code == problem.status_code == status
    assert not any(name in page.text + problem.text for name in names)
    assert "inside" not in page.text + problem.text
    assert set(problem.json()) == {"type", "title", "status", "detail"}


def test_the_audit_that_cannot_be_written_keeps_the_page_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row, no page (trust.md, Audit)."""
    case = next(one.paths[0] for one in town.addresses if one.template == "/cases/{case_id:uuid}")

    def fails(*_args: object, **_more: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk is full"))

    with town.tools.db.reading() as session:
        names = set(session.execute(sa.text("SELECT last_name FROM persons")).scalars())
    rowan = town.person("rowan")
    rowan.get(case)
    monkeypatch.setattr(town.tools.db, "transaction", fails)

    page = rowan.get(case)

    assert page.status_code == 503
    assert not any(name in page.text for name in names)


def test_every_line_of_ours_holds_known_fields_only() -> None:
    """Or it would be cut without a word."""
    unknown = []
    for file in (ROOT / "backend").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.") and file.name != "logs.py":
                unknown += [f"{file.name}: {word.arg}" for word in node.keywords if word.arg not in logs.FIELDS]

    assert unknown == []
