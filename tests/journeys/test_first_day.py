"""A first day on a phone: told a code, joined with a passkey, signed out, signed in again by the lock of the phone."""

import shutil
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect
from sqlmodel import select

from porchlight.core.keys import b64u
from porchlight.people.models import Account, Device, Passkey
from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving

Handsets = Callable[..., Handset]
LOCK = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "hasPrf": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def serving(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    data = tmp_path_factory.mktemp("first-day") / "data"
    shutil.copytree(demo_data, data)
    with Serving(data) as running:
        yield running


def with_lock(page: Page) -> tuple[CDPSession, str]:
    """A screen lock that recognises its person, and its id."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable", {"enableUI": False})
    return cdp, cdp.send("WebAuthn.addVirtualAuthenticator", {"options": LOCK})["authenticatorId"]


def sign_out(page: Page, serving: Serving) -> None:
    page.goto(f"{serving.url}/more")
    page.locator("#sign-out button").click()
    page.wait_for_url("**/sign-in**")


def held(cdp: CDPSession, lock: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cdp.send("WebAuthn.getCredentials", {"authenticatorId": lock})["credentials"]
    return found


def test_invited_by_a_code_somebody_joins_with_a_passkey_and_comes_back_with_it(
    serving: Serving, handset: Handsets
) -> None:
    priya = handset("priya").open()
    steps.sign_in(priya, serving, "Priya Castellane")
    priya.goto(f"{serving.url}/more")
    priya.get_by_role("link", name="Invite people").click()
    priya.get_by_role("link", name="Invite somebody").click()
    priya.get_by_label("Name").fill("Sam Okonkwo-Reyes")
    priya.get_by_label("Email or phone number").fill("sam@example.org")
    priya.locator("label", has_text="Caseworker").click()
    priya.get_by_role("button", name="Make the account").click()
    code = priya.locator(".code").inner_text()

    page = handset("sam").open()
    cdp, lock = with_lock(page)
    page.goto(serving.url)
    page.get_by_role("link", name="I have a join code").click()
    page.get_by_label("Join code").fill(code.lower())
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="You are in, Sam Okonkwo-Reyes")).to_be_visible()
    [credential] = held(cdp, lock)
    assert credential["isResidentCredential"]
    assert credential["rpId"] == "localhost"

    page.get_by_role("link", name="Go on").click()
    steps.wait_ready_offline(page)  # and so enrolled as at any sign-in
    sign_out(page, serving)
    page.wait_for_url(
        f"{serving.url}/today"
    )  # the browser suggests the passkey by itself, and this lock says yes to it

    cdp.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": lock, "enabled": False})
    sign_out(page, serving)
    page.get_by_role("button", name="Sign in with a passkey").click()
    cdp.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": lock, "enabled": True})
    page.wait_for_url(f"{serving.url}/today")

    with steps.database(serving) as db, db.reading() as session:
        sam = session.exec(select(Account).where(Account.email == "sam@example.org")).one()
        passkeys = session.exec(select(Passkey).where(Passkey.account_id == sam.id)).all()
        devices = session.exec(select(Device).where(Device.account_id == sam.id)).all()
    assert {one.credential_id for one in passkeys} == {b64u(b64decode(credential["credentialId"]))}
    assert len(devices) == 1

    steps.until(page, lambda: page.evaluate("caches.match('/install').then(Boolean)"), bool)
    steps.stop_for_real(serving)
    page.goto(f"{serving.url}/install")
    expect(page.get_by_role("heading", name="Put Porchlight on your")).to_be_visible()
    page.goto(f"{serving.url}/passkeys")  # other pages say that they are not on the phone
    expect(page.get_by_role("heading", name="Put Porchlight on your")).to_have_count(0)
