"""The caseload page beside the bare framework that answers the same bytes, on SQLite and on PostgreSQL."""

import argparse
import http.client
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import Postgres
from tests.serving import ROOT, Serving, free_port, refuses

BARE = """
import sys
from pathlib import Path
from granian import Granian
from litestar import Litestar, MediaType, Response, get

BODY = Path(sys.argv[1] if __name__ == "__main__" else "{body}").read_bytes()

@get("/families", sync_to_thread=True)
def families() -> Response[bytes]:
    return Response(BODY, media_type=MediaType.HTML)

app = Litestar([families])
if __name__ == "__main__":
    here = Path(__file__).parent
    Granian("bare:app", port=int(sys.argv[2]), interface="asgi", workers=1, log_enabled=False, working_dir=here).serve()
"""


def sign_in(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    body = "email=rowan%40example.org&password=porch-light-demo"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    connection.request("POST", "/sign-in", body, headers)
    set_to = connection.getresponse().headers.get_all("Set-Cookie") or []
    return next(one.split(";")[0] for one in set_to if one.startswith("porchlight="))


def ask(port: int, cookie: str, seconds: float) -> list[float]:
    """One connection that asks again and again; returns how long each answer took."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        connection.request("GET", "/families", headers={"Cookie": cookie, "Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"The page answered {answer.status}.")
        took.append(time.perf_counter() - began)
    return took


def measure(port: int, cookie: str, *, seconds: float, clients: int) -> tuple[float, float]:
    """Requests a second and the 95th percentile in milliseconds, over `clients` connections."""
    ask(port, cookie, min(1, seconds))
    with multiprocessing.Pool(clients) as pool:
        lists = pool.starmap(ask, [(port, cookie, seconds)] * clients)
    took = [one for each in lists for one in each]
    return len(took) / seconds, statistics.quantiles(took, n=20)[18] * 1000


@contextmanager
def bare(body: bytes) -> Iterator[int]:
    """The framework alone, answering these bytes from a thread as our handlers do."""
    folder = Path(tempfile.mkdtemp(prefix="pl-bare-"))
    (folder / "body").write_bytes(body)
    (folder / "bare.py").write_text(BARE.format(body=folder / "body"))
    port = free_port()
    command = [sys.executable, str(folder / "bare.py"), str(folder / "body"), str(port)]
    process = subprocess.Popen(command, cwd=folder, start_new_session=True)
    while refuses(port):
        time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(10)


def page_of(port: int, cookie: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/families", headers={"Cookie": cookie, "Accept": "text/html"})
    return connection.getresponse().read()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--clients", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pl-bench-") as folder, Postgres() as postgres:
        print(f"{'':22}{'requests/s':>12}{'p95 ms':>10}{'of bare':>10}")
        for name, database in (("SQLite", ""), ("PostgreSQL", postgres.create())):
            with Serving(Path(folder) / name, PORCHLIGHT_DATABASE=database) as serving:
                cookie = sign_in(serving.port)
                body = page_of(serving.port, cookie)
                rate, p95 = measure(serving.port, cookie, seconds=given.seconds, clients=given.clients)
            with bare(body) as port:
                bare_rate, bare_p95 = measure(port, "", seconds=given.seconds, clients=given.clients)
            print(f"{name + ' caseload':22}{rate:12.0f}{p95:10.1f}{rate / bare_rate:10.2f}")
            print(f"{name + ' bare framework':22}{bare_rate:12.0f}{bare_p95:10.1f}{1:10.2f}")
        print(f"{len(body):,} bytes a page, {given.clients} connections, {given.seconds:g} s each, in {ROOT.name}")


if __name__ == "__main__":
    main()
