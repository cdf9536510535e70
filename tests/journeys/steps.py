"""What people do on a phone, step by step, in the words that they see."""

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect
from sqlmodel import SQLModel, col, select

from porchlight.core.db import Database
from porchlight.core.keys import Keys
from porchlight.people.models import Account
from porchlight.visits.confirming import make_link
from porchlight.visits.models import ConfirmationLink, Contact
from tests.sealed import with_keys
from tests.serving import Serving, refuses

T = TypeVar("T")
READY = 40_000  # milliseconds; the first pack on two busy cores


def sign_in(page: Page, serving: Serving, name: str) -> None:
    """One tap on an invented person."""
    page.goto(f"{serving.url}/sign-in")
    page.get_by_role("button", name=name).click()
    page.wait_for_url("**/today")


def wait_ready_offline(page: Page) -> None:
    """The self-test has opened every page from the phone's own store, and what pages can do without at first has come."""
    expect(page.locator("[data-ready-offline]").first).to_have_attribute("data-state", "ready", timeout=READY)
    # The install guide is the last of it (pwa/sw/shell.js).
    until(page, lambda: page.evaluate("caches.match('/install').then(Boolean)"), bool, seconds=30)


def stop_for_real(serving: Serving) -> None:
    """Nobody of the server's process group is left, and the port refuses."""
    serving.stop()
    assert refuses(serving.port)


def open_family(page: Page, family: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Families").click()
    # Today names families, too, and leads elsewhere.
    expect(page.get_by_role("heading", name="Families", exact=True)).to_be_visible()
    page.get_by_role("link", name=family).first.click()
    expect(page.get_by_role("heading", name=family, exact=True)).to_be_visible()


def open_visit_form(page: Page, family: str) -> None:
    open_family(page, family)
    page.get_by_role("link", name="Log a visit").first.click()
    expect(page.get_by_role("heading", name="Log a visit")).to_be_visible()
    # The page's module has taken the form over once it shows what only a script can do.
    expect(page.locator("[data-take-photo]")).to_be_visible()


def choose(page: Page, name: str, value: str) -> None:
    """A chip or a choice, by its field and value: their labels repeat for each child."""
    box = page.locator(f'[name="{name}"][value="{value}"]')
    if not box.is_checked():
        page.locator("label").filter(has=box).click()
    expect(box).to_be_checked()


def check_and_save(page: Page) -> None:
    """To the screen that reads the visit back, where nothing is saved yet."""
    page.get_by_role("button", name="Check and save").click()
    expect(page.get_by_role("heading", name="Check before you save")).to_be_focused()


def save_visit(page: Page) -> None:
    """Reads back, then saves."""
    check_and_save(page)
    page.get_by_role("button", name="Save visit").click()


def children(page: Page) -> dict[str, str]:
    """First name -> the prefix of that child's fields."""
    found = {}
    for part in page.locator("fieldset.child").all():
        name = re.split(r"[, ]", part.locator("legend").first.inner_text())[0]
        found[name] = part.get_attribute("id") or ""
    return found


def nobody_at_home(page: Page, family: str, words: str) -> None:
    """The shortest visit, filled in and not saved yet."""
    open_visit_form(page, family)
    choose(page, "kind", "attempted")
    page.locator("[data-now=started_at]").click()
    choose(page, "place", "home")
    for child in children(page).values():
        choose(page, f"{child}-seen", "no")
        page.locator(f'[name="{child}-not_seen_reason"]').fill("Nobody opened")
    page.locator('[name="observations"]').fill(words)


def a_photo(colour: tuple[int, int, int], *, gps: bool = True) -> bytes:
    """12 megapixels with a place in its EXIF, as a phone's camera makes them."""
    picture = Image.new("RGB", (4032, 3024), colour)
    picture.paste((240, 240, 240), (400, 300, 2000, 1500))
    exif = Image.Exif()
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 52.0, 30.0), 3: "W", 4: (87.0, 37.0, 0.0)})
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=90, exif=exif)
    return kept.getvalue()


def take_photo(page: Page, data: bytes, purpose: str, consent_by: str) -> None:
    before = page.locator("[data-photo-list] figure").count()
    payload: FilePayload = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": data}
    with page.expect_file_chooser() as chooser:
        page.locator("[data-take-photo]").click()
    chooser.value.set_files(payload)
    figure = page.locator("[data-photo-list] figure").nth(before)
    expect(figure.locator("img")).to_be_visible(timeout=20_000)
    figure.locator('[data-name="purpose"]').select_option(purpose)
    figure.locator('[data-name="consent_by"]').fill(consent_by)


def draw_signature(page: Page) -> None:
    pad = page.locator("[data-gate] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 30 + step * 14, box["y"] + 40 + (step % 3) * 20)
    page.mouse.up()


@contextmanager
def database(serving: Serving) -> Iterator[Database]:
    """The server's own database, whichever it is, beside the running server."""
    db = with_keys(serving.database, serving.data)
    try:
        yield db
    finally:
        db.close()


def rows(serving: Serving, statement: Any) -> list[Any]:
    """What the server's database answers to a select, one tuple a row."""
    with database(serving) as db, db.reading() as session:
        return [tuple(row) for row in session.execute(statement)]


def count(serving: Serving, table: type[SQLModel], *where: Any) -> int:
    return int(rows(serving, sa.select(sa.func.count()).select_from(table).where(*where))[0][0])


def having(serving: Serving, column: Any, words: str, *where: Any) -> list[Any]:
    """Primary keys of the rows with these words, which lie sealed: no database can look for them."""
    (key,) = column.class_.__table__.primary_key.columns
    return [found for found, said in rows(serving, sa.select(key, column).where(*where)) if said == words]


def until(
    page: Page, look: Callable[[], T], right: Callable[[T], Any], *, seconds: float = 15, what: str = "found"
) -> T:
    """Looks again and again, while the page lives on, until what it sees is right. what: is named if it never is."""
    ends = time.monotonic() + seconds
    while not right(found := look()):
        assert time.monotonic() < ends, f"Still {what}: {found!r}"
        page.wait_for_timeout(50)
    return found


def links_printed(serving: Serving) -> list[str]:
    """The confirm links that the demo printed."""
    return re.findall(r"https?://[^\s]+/v/[A-Za-z0-9_-]{43}", serving.said())


STORED = """([store]) => new Promise((done) => {
  const asked = indexedDB.open("porchlight-outbox")
  asked.onsuccess = () => {
    const all = asked.result.transaction(store).objectStore(store).getAll()
    all.onsuccess = () => {
      asked.result.close()
      done(all.result.map(({ op_id, receipt, record, kind }) => JSON.stringify({ op_id, receipt, record, kind })))
    }
  }
})"""


def outbox(page: Page) -> list[str]:
    """What waits on this phone."""
    return list(page.evaluate(STORED, ["items"]))


def receipts(page: Page) -> list[str]:
    """The receipts that this phone has checked and kept."""
    return list(page.evaluate(STORED, ["receipts"]))


def a_link(serving: Serving, author: str = "rowan") -> str:
    """The address of a new link for a foster parent, about the last visit of this author that they were asked about."""
    keys = Keys((serving.data / "secret").read_text().strip())
    asked = (
        select(ConfirmationLink)
        .join(Contact, col(Contact.id) == ConfirmationLink.contact_id)
        .join(Account, col(Account.id) == Contact.author_id)
        .where(Account.email == f"{author}@example.org")
        .order_by(col(Contact.started_at).desc())
        .limit(1)
    )
    with database(serving) as db, db.transaction() as session:
        last = session.exec(asked).one()
        token = make_link(session, last.contact_id, last.caregiver_id, keys=keys, now=db.now(session))
    return f"/v/{token}"
