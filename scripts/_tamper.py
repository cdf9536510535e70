"""Seven tamperings, several variants each, by somebody who may do anything in the database; and whether a check finds them."""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from porchlight.audit.keeping import health
from porchlight.core.db import Database
from porchlight.demo import DEMO_PASSWORD
from tests.audit.attacker import Attacker, Way
from tests.databases import Postgres, sqlite_url
from tests.serving import Serving

PAGES = ("/today", "/families", "/oncall", "/more")
PEOPLE = ("rowan@example.org", "priya@example.org", "joss@example.org")
SEALED_BY_THE_PRODUCT = Way("a row that the product itself seals", "insert", set())


@dataclass(frozen=True)
class Result:
    """found: the check said so, with exit code 1."""

    way: Way
    where: str
    found: bool


@dataclass
class Copy:
    """An installation of its own: its data folder, and the address of its database."""

    data: Path
    url: str

    def verify(self) -> int:
        """The product's own command. Returns its exit code; what it says goes to `said`."""
        env = Serving(self.data, demo=False, PORCHLIGHT_DATABASE=self.url).env
        done = subprocess.run(
            [sys.executable, "-m", "porchlight", "audit", "verify"],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        self.said = done.stdout + done.stderr
        return done.returncode


def play(
    where: str,
    ways: Iterable[Way],
    fresh: Callable[[], Copy],
    verify: Callable[[Copy], int],
    after: Callable[[Copy, Way], None] = lambda _copy, _way: None,
) -> Iterator[Result]:
    """Each way on a fresh copy. after: what happens between the deed and the check."""
    for way in ways:
        copy = fresh()
        with Attacker(copy.url) as attacker:
            if way is SEALED_BY_THE_PRODUCT:
                attacker.insert_like_the_product()
            else:
                attacker.do(way.name)
        after(copy, way)
        yield Result(way, where, verify(copy) == 1)


def table(results: Iterable[Result]) -> tuple[list[str], bool]:
    """Lines to print, and whether each of the seven was found in every variant, wherever it was tried."""
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        found[result.way.tampering][result.where].append(result.found)
    places = sorted({where for row in found.values() for where in row}, reverse=True)
    lines = [f"{'tampering':22}" + "".join(f"{where:>14}" for where in places)]
    for tampering, row in found.items():
        cells = [f"{sum(row[where])} of {len(row[where])}" for where in places]
        lines.append(f"{tampering:22}" + "".join(f"{cell:>14}" for cell in cells))
    good = sum(all(all(tries) for tries in row.values()) for row in found.values())
    lines.append(f"{good} of {len(found)} found.")
    return lines, good == len(found)


def live(folder: Path, url: str) -> Copy:
    """Runs the product with its demo while people look at things, until all is sealed, and ends it as it should be."""
    data = folder / "data"
    with Serving(data, PORCHLIGHT_DATABASE=url) as serving:
        look_around(serving.url)
        wait_until_sealed(url)
        look_around(serving.url)
        serving.stop(signal.SIGTERM)
    return Copy(data, url)


def look_around(url: str) -> None:
    for email in PEOPLE:
        with httpx.Client(base_url=url, headers={"Origin": url, "Sec-Fetch-Site": "same-origin"}) as browser:
            assert browser.post("/sign-in", data={"email": email, "password": DEMO_PASSWORD}).has_redirect_location
            for page in PAGES * 5:
                browser.get(page, follow_redirects=True)


def wait_until_sealed(url: str) -> None:
    db = Database(url)
    for _ in range(300):
        with db.reading() as session:
            state = health(session, now=db.now(session))
        if state.sealed and state.unsealed_since is None:
            break
        time.sleep(0.1)
    db.close()


def goes_on(copy: Copy, way: Way) -> None:
    """The product is started on top of what was done, and seals what it finds."""
    if way is SEALED_BY_THE_PRODUCT:
        with Serving(copy.data, PORCHLIGHT_DATABASE=copy.url) as serving:
            wait_until_sealed(copy.url)
            serving.stop(signal.SIGTERM)


def on(kind: str, folder: Path, server: Postgres | None) -> Iterator[Result]:
    """All ways on one kind of database. Raises AssertionError when the untouched original is not whole."""
    folder.mkdir()
    original = live(folder, server.create() if server else sqlite_url(folder / "data" / "porchlight.sqlite3"))
    assert original.verify() == 0, f"Nobody touched it, and yet:\n{original.said}"
    print(f"{kind}: {original.said.splitlines()[0]}", flush=True)
    copies: list[Copy] = []

    def fresh() -> Copy:
        if copies and server:
            server.drop(copies[-1].url)
        data = folder / f"copy-{len(copies)}"
        shutil.copytree(original.data, data)
        url = server.create(original.url) if server else sqlite_url(data / "porchlight.sqlite3")
        copies.append(Copy(data, url))
        return copies[-1]

    for result in play(kind, [*Attacker.WAYS, SEALED_BY_THE_PRODUCT], fresh, Copy.verify, goes_on):
        print(f"  {'found ' if result.found else 'MISSED'}  {result.way.tampering}: {result.way.name}", flush=True)
        yield result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    only = parser.parse_args().only
    results: list[Result] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if only != "postgresql":
            results += on("SQLite", folder / "sqlite", None)
        if only != "sqlite":
            results += on("PostgreSQL", folder / "postgresql", stack.enter_context(Postgres()))
    lines, good = table(results)
    print("", *lines, sep="\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
