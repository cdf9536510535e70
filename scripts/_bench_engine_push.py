"""Pushes a second to a push service on this machine, ours beside Node's web-push in the same run: `rows()`.

Both encrypt every message, sign for the service and wait for its 201, with 64 side by side over TLS connections that
stay open. The service is a third process that only answers.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from tests.mailbox import make_certificate
from tests.pushing import browser_keys
from tests.serving import ROOT

PUSHES = 4000
PHONES = 200
SINK = """
const https = require("node:https"), fs = require("node:fs")
const pem = fs.readFileSync(process.argv[1])
const server = https.createServer({ key: pem, cert: pem, keepAlive: true }, (request, answer) => {
  request.resume()
  request.on("end", () => answer.writeHead(201, { "Content-Length": 0 }).end())
})
server.keepAliveTimeout = 60000
server.listen(0, "127.0.0.1", () => console.log(server.address().port))
"""
PEER = """
const https = require("node:https"), webpush = require("web-push")
const { phones, pushes, payload, atOnce } = JSON.parse(process.argv[1])
const vapid = webpush.generateVAPIDKeys()
const agent = new https.Agent({ keepAlive: true, maxSockets: atOnce })
const options = { TTL: 3600, urgency: "high", agent,
  vapidDetails: { subject: "mailto:a@example.org", publicKey: vapid.publicKey, privateKey: vapid.privateKey } }
async function run(most) {
  let next = 0, taken = 0
  const lane = async () => {
    while (next < most) {
      const answer = await webpush.sendNotification(phones[next++ % phones.length], payload, options)
      if (answer.statusCode === 201) taken++
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return taken
}
run(200).then(async () => {
  const began = process.hrtime.bigint()
  const taken = await run(pushes)
  console.log(JSON.stringify([taken, Number(process.hrtime.bigint() - began) / 1e9]))
})
"""


@contextmanager
def sink(pem: Path) -> Iterator[str]:
    """A push service that takes everything."""
    process = subprocess.Popen(["node", "-e", SINK, str(pem)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"https://localhost:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def ours(asked: str) -> None:
    """In a process of its own, so that its certificates can be those of the sink. Prints what was taken, and seconds."""
    from porchlight.alerts import sending
    from porchlight.alerts.sending import Push, Sender
    from porchlight.alerts.values import Severity
    from porchlight.core.keys import Keys

    work = json.loads(asked)
    alert = uuid4()
    sender = Sender(Keys("A" * 43).vapid, "mailto:a@example.org", (work["origin"],))
    said = work["payload"].encode()
    pushes = [
        Push(one["endpoint"], one["keys"]["p256dh"], one["keys"]["auth"], said, Severity.CRISIS, alert.hex)
        for one in (work["phones"][n % PHONES] for n in range(work["pushes"]))
    ]
    sending.send_all(pushes[:200], sender, clock=lambda: datetime.now(UTC))
    began = time.perf_counter()
    outcomes = sending.send_all(pushes, sender, clock=lambda: datetime.now(UTC))
    print(json.dumps([sum(one.accepted for one in outcomes), time.perf_counter() - began]))


def measure(command: list[str], work: dict[str, object], **env: str) -> float:
    """Pushes a second. Ends the run when not each of them was taken."""
    done = subprocess.run(
        [*command, json.dumps(work)], env={**os.environ, **env}, capture_output=True, text=True, check=False, cwd=ROOT
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    taken, seconds = json.loads(done.stdout.splitlines()[-1])
    if taken != work["pushes"]:
        raise SystemExit(f"{command[0]}: only {taken} of {work['pushes']} pushes were taken.")
    return float(taken / seconds)


def rows(pushes: int = PUSHES) -> list[tuple[str, str]]:
    """(what, figure): ours, the peer and their ratio, the better of two turns each so that neither has the warm machine."""
    with tempfile.TemporaryDirectory() as folder:
        pem = make_certificate(Path(folder) / "sink.pem")
        with sink(pem) as origin:
            phones = [{"endpoint": f"{origin}/{n}", "keys": browser_keys()} for n in range(PHONES)]
            work = {"origin": origin, "phones": phones, "pushes": pushes, "payload": "x" * 200, "atOnce": 64}
            us, peer = 0.0, 0.0
            for _ in range(2):
                command = [sys.executable, str(Path(__file__)), "--ours"]
                path = os.pathsep.join([str(ROOT), str(ROOT / "backend")])
                us = max(us, measure(command, work, SSL_CERT_FILE=str(pem), PYTHONPATH=path))
                peer = max(peer, measure(["node", "-e", PEER], work, NODE_EXTRA_CA_CERTS=str(pem)))
    return [
        ("pushes a second, to a sink on this machine", f"{us:,.0f}"),
        ("pushes a second, Node's web-push in the same run", f"{peer:,.0f}"),
        ("ratio", f"{us / peer:.1f} times"),
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        ours(sys.argv[2])
    else:
        for what, figure in rows():
            print(f"{what:55} {figure}")
