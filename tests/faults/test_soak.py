"""Ten thousand operations, while the server, the phone, the road and the release change under them: none is lost, none doubled."""

import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import Record, Rounds
from tests.faults.field import Field
from tests.handset import Handset
from tests.journeys import steps
from tests.road import Road
from tests.serving import ROOT, Serving, free_port

VERSIONS = "caches.keys().then((names) => names.filter((name) => name.startsWith('porchlight-')))"
LOOK = "navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => dispatchEvent(new Event('visibilitychange')), () => {})"
# Why a release is not taken, in a fall.
STATE = """async () => {
  const { installing, waiting, active } = await navigator.serviceWorker.getRegistration()
  const { held, pending } = await navigator.locks.query()
  const names = (locks) => locks.map(({ name, mode }) => `${name} ${mode}`)
  const workers = [installing, waiting, active].map((worker) => worker?.state)
  return JSON.stringify({ caches: await caches.keys(), workers, held: names(held), pending: names(pending) })
}"""
# What a batch is: visits, one in ten taken back again if it is still here, now and then a photo.
BATCH = """
const list = Array.from({ length: more.count }, (_, n) => visit('soak ' + (more.from + n)))
if (more.photo) list.push(await photo(list[0]))
const ids = await save(...list)
for (const at of more.back) await undo(person, list[at].op_id)
void sendNow()
return ids"""


class Release:
    """A copy of the program, so that a new version of the phone's scripts can come out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0
        for part in ("backend", "pwa"):
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))

    def next(self) -> None:
        self.number += 1
        script = self.folder / "pwa" / "shared" / "words.js"
        first = script.read_text().split("\nexport const RELEASE")[0]
        script.write_text(f"{first}\nexport const RELEASE = {self.number}\n")


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return Release(tmp_path / "release")


@pytest.fixture
def soaked(
    serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset], release: Release
) -> Iterator[Field]:
    port = free_port()
    backend = str(release.folder / "backend")
    with Road(port) as road:
        serving = serve(copy_of=demo_data, port=port, PORCHLIGHT_URL=road.url, PYTHONPATH=backend)
        one = Field(road, serving, handset("rowan", bypass_csp=True))
        one.sign_in()
        steps.wait_ready_offline(one.page)
        yield one


class Trouble:
    """What may happen between two batches, drawn by chance; each leaves a world in which sending goes on."""

    def __init__(self, field: Field, release: Release, chance: random.Random) -> None:
        self.field = field
        self.release = release
        self.chance = chance
        self.count: Counter[str] = Counter()
        self.anew = 0  # releases that were taken only when the app was opened anew

    def strike(self) -> None:
        kinds = {"server": 4, "phone": 3, "lost": 4, "silent": 1, "portal": 1, "update": 1, "none": 6}
        kind = self.chance.choices(list(kinds), list(kinds.values()))[0]
        self.count[kind] += 1
        self.field.page.wait_for_timeout(self.chance.uniform(0, 200))
        if kind == "server":
            steps.stop_for_real(self.field.serving)
            self.field.serving.start()
        elif kind == "phone":
            self.field.handset.kill()
            self.field.reopen()
        elif kind == "update":
            self.update()
        elif kind != "none":
            self.field.road.trouble = kind
            self.field.page.wait_for_timeout(self.chance.uniform(50, 600))
            self.field.road.trouble = ""

    def update(self) -> None:
        """A new release: its server starts, and the phone takes the new worker while it sends."""
        before = set(self.field.page.evaluate(VERSIONS))
        steps.stop_for_real(self.field.serving)
        self.release.next()
        self.field.serving.start()
        self.field.page.goto(f"{self.field.road.url}/today")
        # The new worker has come; it takes over when nothing is being sent, and then the old one's files go.
        self.wait_until(lambda now: now - before, times=12)
        self.field.drain(seconds=120)
        if not self.looks(lambda now: now and not now & before, times=3):
            # A browser may hold a release back while it believes the old worker to be at work; then the next start takes it.
            self.anew += 1
            self.field.handset.kill()
            self.field.reopen()
            self.wait_until(lambda now: now and not now & before, times=12)
        self.field.page.goto(f"{self.field.road.url}/today")

    def looks(self, right: Callable[[set[str]], object], *, times: int) -> bool:
        """Whether the names of the caches are right within so many looks, 10 s each, as a phone has that is taken out now
        and then. A browser that looks for a release all the time passes over the word that lets one take over.
        """
        for _ in range(times):
            self.field.page.evaluate(LOOK)
            for _ in range(20):
                if right(set(self.field.page.evaluate(VERSIONS))):
                    return True
                self.field.page.wait_for_timeout(500)
        return False

    def wait_until(self, right: Callable[[set[str]], object], *, times: int) -> None:
        assert self.looks(right, times=times), f"Still {self.field.page.evaluate(STATE)}"


@pytest.mark.soak
@pytest.mark.fault("soak")
def test_nothing_is_lost_and_nothing_is_there_twice(
    soaked: Field, release: Release, rounds: Rounds, chance: random.Random, record_property: Record
) -> None:
    wanted = rounds(60, 200, 10_000)
    trouble = Trouble(soaked, release, chance)
    trouble.update()  # at least one, whatever chance says
    saved: list[str] = []
    began = time.monotonic()
    while len(saved) < wanted:
        count = chance.randint(3, 9) if wanted < 1000 else chance.randint(10, 40)
        back = sorted(chance.sample(range(count), count // 10)) if count > 9 else chance.choices([[], [0]], [3, 1])[0]
        saved += soaked.run(BATCH, count=count, **{"from": len(saved), "photo": chance.random() < 0.1, "back": back})
        trouble.strike()

    soaked.drain(seconds=300)
    total = soaked.check_equal()

    assert set(saved) <= set(soaked.known())
    struck = ", ".join(f"{number} {kind}" for kind, number in sorted(trouble.count.items()) if kind != "none")
    record_property(
        "figure",
        f"{total} operations in {time.monotonic() - began:.0f} s, with {struck}, {release.number} releases ({trouble.anew} taken when the app was opened anew): 0 lost, 0 doubled",
    )
