"""What a phone has of the app, and when: all that keeps words safe comes with the first load."""

import json
import re

import pytest

from porchlight import pwa
from porchlight.app import PWA

# A page that is opened in the first minute without signal: a visit is written, signed, saved, gone on with, looked for.
AT_ONCE = ["boot", "crises/help", "phone/begun", "phone/outbox", "phone/phone", "visits/visit"]
FROM = re.compile(r'(?:from\s*|import\s*)"(\.[^"]+)"')


@pytest.fixture(scope="module")
def shell() -> pwa.Shell:
    return pwa.Shell(PWA)


def listed(shell: pwa.Shell, name: str) -> dict[str, int]:
    text = shell.files[pwa.PRECACHE].body.decode()
    found: dict[str, int] = json.loads(re.findall(rf"export const {name}=(.*)", text)[0])
    return found


def together_with(shell: pwa.Shell, url: str) -> set[str]:
    """The script, and all that is loaded before it can start."""
    found, left = set(), [url]
    while left:
        url = left.pop()
        if url in found:
            continue
        found.add(url)
        folders = url.split("/")[:-1]
        for named in FROM.findall(shell.files[url].body.decode()):
            ups = named.count("../")
            left.append("/".join([*folders[: len(folders) - ups], named.replace("../", "").removeprefix("./")]))
    return found


@pytest.mark.parametrize("name", AT_ONCE)
def test_a_phone_that_is_ready_has_what_keeps_and_offers_words(shell: pwa.Shell, name: str) -> None:
    has = listed(shell, "TAGS").keys() | listed(shell, "PARCEL").keys()
    assert together_with(shell, f"/js/{name}.js") <= has


def test_the_parcel_is_cut_into_the_very_scripts_that_were_put_in(shell: pwa.Shell) -> None:
    # Lengths as JavaScript counts: two bytes of UTF-16 for each.
    parcel = shell.files[pwa.PARCEL].body.decode().encode("utf-16-le")
    at = 0
    for url, length in listed(shell, "PARCEL").items():
        assert parcel[at : at + 2 * length].decode("utf-16-le") == shell.files[url].body.decode()
        assert shell.files[url].kind == "text/javascript"
        at += 2 * length
    assert at == len(parcel)
    assert (
        json.loads(re.findall(r'TAG=(".*")', shell.files[pwa.PRECACHE].body.decode())[0]) == shell.files[pwa.PARCEL].tag
    )
