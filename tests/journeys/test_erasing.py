"""A phone that was lost: reading ends in every tab at the first contact, all that was typed arrives, and only then it is erased."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from joserfc import jws
from joserfc.jwk import ECKey
from playwright.sync_api import Page, Route, expect
from sqlmodel import col, select

from porchlight.core.ids import new_id
from porchlight.core.keys import Keys, load_secret
from porchlight.people import queries as people
from porchlight.people.models import Account, Device
from porchlight.people.phones import service
from porchlight.phone.models import Deposit
from tests.handset import Handset
from tests.journeys import steps
from tests.journeys.test_outbox import save_a_visit
from tests.serving import Serving

Handsets = Callable[..., Handset]
HALF = "She showed me the room under the roof"
ORDER = "**/api/v1/devices/*/order"
LEFT = """async () => {
  const rows = (db) => new Promise((done) => {
    const request = indexedDB.open(db)
    request.onsuccess = () => {
      const names = [...request.result.objectStoreNames], found = {}
      if (!names.length) return done(found)
      const tx = request.result.transaction(names)
      for (const name of names) tx.objectStore(name).getAllKeys().onsuccess = ({ target }) => (found[name] = target.result.map(String))
      tx.oncomplete = () => { request.result.close(); done(found) }
    }
  })
  const names = (await indexedDB.databases()).map(({ name }) => name)
  return Object.assign({}, ...(await Promise.all(names.map(rows))))
}"""


def tell(serving: Serving, act: str, name: str = "Rowan Ibarra") -> UUID:
    """Priya locks or erases this person's newest phone; answers which it is."""
    with steps.database(serving) as db, db.transaction() as session:
        priya = session.exec(select(Account.id).where(Account.name == "Priya Castellane")).one()
        owner = select(Device.id).join(Account, col(Account.id) == Device.account_id).where(Account.name == name)
        device_id = session.exec(owner.order_by(col(Device.enrolled_at).desc())).first()
        actor = people.actor_of(session, priya)
        assert device_id
        assert actor
        getattr(service, act)(session, actor, device_id, now=db.now(session))
    return device_id


def state(serving: Serving, device_id: UUID) -> str:
    [(found,)] = steps.rows(serving, select(Device.state).where(Device.id == device_id))
    return str(found)


def held(serving: Serving) -> list[tuple[str, str]]:
    return sorted(steps.rows(serving, select(Deposit.kind, Deposit.outcome).where(Deposit.kind != "")))


def begin_another(page: Page, serving: Serving) -> None:
    """An unfinished visit with a photo, to another family."""
    page.goto(f"{serving.url}/today")
    steps.open_visit_form(page, "Vance-Moreau")
    page.locator('[name="observations"]').fill(HALF)
    steps.take_photo(page, steps.a_photo((30, 80, 160)), "safety", "")
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft kept on this phone")


def test_a_lost_phone_in_reach_closes_every_tab_sends_all_that_was_typed_and_then_has_nothing_left(
    serve: Callable[..., Serving], demo_data: Path, handset: Handsets
) -> None:
    serving = serve(copy_of=demo_data)
    phone = handset("rowan")
    page = phone.open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    other = page.context.new_page()
    other.goto(f"{serving.url}/families")
    expect(other.get_by_role("link", name="Quintrell").first).to_be_visible()
    page.bring_to_front()  # a tab behind another draws once a second, and each tap waits for that
    before = held(serving)
    steps.stop_for_real(serving)
    save_a_visit(page, "Saved, not sent")
    begin_another(page, serving)
    device_id = tell(serving, "wipe")
    assert state(serving, device_id) == "wiping"

    serving.start()
    page.evaluate("dispatchEvent(new Event('online'))")

    for tab in (page, other):
        expect(tab.get_by_role("heading", name="Sign in")).to_be_visible(timeout=60_000)
    steps.until(page, lambda: state(serving, device_id), lambda found: found == "wiped", seconds=60)
    arrived = [one for one in held(serving) if one not in before or before.remove(one)]
    assert arrived == [("draft.rescued", "held"), ("visit.log", "held"), ("visit.photo", "held")]
    left = steps.until(page, lambda: page.evaluate(LEFT), lambda found: not any(found.values()))
    assert not any(left.values())
    assert page.evaluate("caches.keys()") == []
    assert [one for one in page.context.cookies() if one["name"].endswith("porchlight")] == []
    other.go_back()
    assert "Quintrell" not in other.locator("body").inner_text()

    # Whoever has it again sets it up anew: another phone to us, and the old order is not for it.
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    with page.expect_response(ORDER) as asked:
        page.goto(f"{serving.url}/today")
    assert asked.value.status == 204
    assert str(device_id) not in asked.value.url
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    assert state(serving, device_id) == "wiped"


def signed(route: Route, key: ECKey, **lies: str) -> dict[str, str]:
    """An order to erase this very phone that answers its very question, but for `lies`."""
    asked = json.loads(jws.extract_compact(route.request.headers["porchlight-device"].encode()).payload)
    said = {"v": 1, "device_id": asked["device_id"], "asked": asked["asked"], "order": "wipe"}
    said["issued_at"] = "2026-11-23T18:00:00.000Z"
    head = {"alg": "ES256", "typ": "porchlight-order", "kid": "x"}
    return {"order": jws.serialize_compact(head, json.dumps(said | lies), key, algorithms=["ES256"])}


def test_only_a_true_order_is_obeyed_and_of_two_on_one_phone_only_the_one_it_names_is_erased(
    serve: Callable[..., Serving], demo_data: Path, handset: Handsets
) -> None:
    serving = serve(copy_of=demo_data)
    page = handset("shared").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    rowans = tell(serving, "lock")

    page.goto(f"{serving.url}/today")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-kept]")).to_have_text(
        "This phone was locked from another one. Sign in to read on it again."
    )
    assert page.evaluate(LEFT)["pages"] == []
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    steps.until(page, lambda: state(serving, rowans), lambda found: found == "active")

    # Signed by somebody else, of another day, and for another phone.
    ours = ECKey.import_key(Keys(load_secret(serving.data, "")).receipt)
    lies: list[tuple[ECKey, dict[str, str]]] = [
        (ECKey.generate_key("P-256"), {}),
        (ours, {"asked": str(new_id())}),
        (ours, {"device_id": str(new_id())}),
    ]
    for key, lie in lies:

        def answer(route: Route, _request: object, key: ECKey = key, lie: dict[str, str] = lie) -> None:
            route.fulfill(json=signed(route, key, **lie))

        page.route(ORDER, answer)
        with page.expect_response(ORDER):
            page.goto(f"{serving.url}/today")
        page.wait_for_timeout(300)
        expect(page.get_by_role("heading", name="Today")).to_be_visible()
        assert page.evaluate(LEFT)["wraps"]
        page.unroute(ORDER)

    # Rowan leaves work on the phone, and Tamsin too, who has it now.
    page.context.route("**/api/v1/deposits", lambda route: route.abort())
    save_a_visit(page, "Rowan's")
    page.goto(f"{serving.url}/more")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-kept]")).to_have_text("Visits that are locked on this phone and will still be sent: 1")
    steps.sign_in(page, serving, "Tamsin Okafor")
    steps.wait_ready_offline(page)
    assert tell(serving, "wipe") == rowans
    page.goto(f"{serving.url}/today")
    steps.until(page, lambda: state(serving, rowans), lambda found: found == "erased")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.context.unroute("**/api/v1/deposits")
    page.goto(f"{serving.url}/today")
    steps.until(page, lambda: state(serving, rowans), lambda found: found == "wiped", seconds=45)

    left = page.evaluate(LEFT)
    [(rowan,)] = steps.rows(serving, select(Account.id).where(Account.name == "Rowan Ibarra"))
    [(tamsin,)] = steps.rows(serving, select(Account.id).where(Account.name == "Tamsin Okafor"))
    assert left["devices"] == [str(tamsin)]
    assert not [key for keys in left.values() for key in keys if str(rowan) in key or str(rowans) in key]
    assert left["pages"]
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
