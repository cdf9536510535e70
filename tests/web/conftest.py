"""The whole demo caseload behind the real router, in this process: what a test of every address needs."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from litestar import Litestar
from sqlmodel import Session

from porchlight.app import furnish, make_tools
from porchlight.core.tools import Tools
from porchlight.homes.models import Caregiver
from porchlight.people import service as people
from porchlight.people.models import Account, AccountRole
from porchlight.relations import relate
from porchlight.settings import Settings
from tests.browsing import Browser
from tests.web.crawling import Address, addresses


@dataclass
class Town:
    """The demo's people at their doors. `changes` are the statements that changed a row since it was emptied."""

    app: Litestar
    tools: Tools
    addresses: list[Address]
    changes: list[str] = field(default_factory=list)
    _signed_in: dict[str, Browser] = field(default_factory=dict)

    def person(self, name: str) -> Browser:
        """Somebody of the demo, signed in; "" is a stranger."""
        if name not in self._signed_in:
            browser = Browser(furnish(self.app, self.tools))
            if name:
                with self.tools.db.transaction() as session:
                    account = session.scalars(sa.select(Account.id).where(Account.email == f"{name}@example.org")).one()
                    token = people.sign_in(session, account, device_id=None, now=self.tools.db.now(session))
                browser.client.cookies.set("porchlight", token)
            self._signed_in[name] = browser
        return self._signed_in[name]

    def close_doors(self) -> None:
        """What the application keeps in mind of the database, it forgets."""
        self._signed_in.clear()

    def secure(self) -> Browser:
        """A stranger at the same installation, behind https."""
        settings = replace(self.tools.settings, url="https://porchlight.example.org")
        return Browser(furnish(self.app, replace(self.tools, settings=settings)))


def foster_parent(session: Session) -> None:
    """The demo's foster parents answer by link; here one has an account."""
    carer = session.scalars(sa.select(Caregiver).where(Caregiver.email == "sunniva@example.org")).one()
    agency = session.scalars(sa.select(Account.organization_id).where(Account.email == "rowan@example.org")).one()
    account = Account(organization_id=agency, email="sunniva@example.org", name=carer.name, demo=True)
    session.add_all([account, AccountRole(account_id=account.id, role="caregiver")])
    session.flush()
    carer.account_id = account.id


@contextmanager
def town_of(demo_data: Path, routes: Litestar, folder: Path) -> Iterator[Town]:
    """A copy of the demo caseload in a folder."""
    data = folder / "data"
    shutil.copytree(demo_data, data)
    tools = make_tools(Settings(data=data, worker=False, demo=True))
    relate()
    with tools.db.transaction() as session:
        foster_parent(session)
    with tools.db.reading() as session:
        town = Town(routes, tools, addresses(routes, session))

    @sa.event.listens_for(tools.db.writer, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.split(None, 1)[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE"}:
            town.changes.append(" ".join(statement.split())[:200])

    yield town
    tools.db.close()


@pytest.fixture(scope="module")
def town(demo_data: Path, routes: Litestar, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town_of(demo_data, routes, tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def watched(town: Town) -> Callable[[], list[str]]:
    """What has changed since the last time it was asked."""

    def since() -> list[str]:
        found = list(town.changes)
        town.changes.clear()
        return found

    since()
    return since
