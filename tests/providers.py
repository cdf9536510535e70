"""Providers of texts, calls and e-mail for tests: Amazon's two services on loopback, which fail as they are told.

What is asked of them is held against Amazon's own description of each operation (botocore's service models), with
its patterns, lengths and lists of words. What the real service would refuse is refused, and fails the test.
"""

import json
import re
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

import botocore.session
from botocore.model import Shape

# What it may be told to answer, an operation at a time: Amazon.answers["sms"] = "429".
#   ok · lost (taken, and nothing more is ever heard) · 404 · 410 · 413 · 429 with Retry-After 7 · throttled (the same,
#   as Amazon says it: 400) · 500 · hang · redirect · once (500 the first time) · opted_out · spent · nonsense
FAULTS = {
    "404": (404, "ResourceNotFoundException", ""),
    "410": (410, "ValidationException", "INVALID_PARAMETER"),
    "413": (413, "ValidationException", "MAXIMUM_SIZE_EXCEEDED"),
    "429": (429, "ThrottlingException", ""),
    "throttled": (400, "ThrottlingException", ""),
    "500": (500, "InternalServerException", ""),
    "opted_out": (400, "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"),
    "spent": (402, "ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
}
OPERATIONS = {
    "sms": ("pinpoint-sms-voice-v2", "SendTextMessage", "sms-voice"),
    "voice": ("pinpoint-sms-voice-v2", "SendVoiceMessage", "sms-voice"),
    "email": ("sesv2", "SendEmail", "ses"),
}


@dataclass
class Sent:
    """One request as the service understood it. id: what it answered, "" when it took nothing."""

    what: str
    parameters: dict[str, Any]
    id: str = ""


@dataclass
class Amazon:
    """`with Amazon() as amazon:` listens at amazon.url. pem: speaks TLS with that certificate.

    At the end of the block (or of judge) it falls when it was asked for something that the real service refuses.
    """

    pem: Path | None = None
    answers: dict[str, str] = field(default_factory=dict)
    asked: list[Sent] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __enter__(self) -> "Amazon":
        handler = type("Bound", (_Handler,), {"amazon": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        scheme = "http"
        if self.pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.pem)
            # The handshake belongs to the thread of the connection, or one that is refused would end the server.
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
            scheme = "https"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}"
        self.released = threading.Event()
        self.numbers: Iterator[int] = count(1)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        if kind is None:
            self.judge()

    def begin_anew(self) -> None:
        """Forgets what it was told and asked; boto3's clients, which are slow to make, stay with its address."""
        self.released, self.numbers = threading.Event(), count(1)
        self.answers, self.asked, self.wrong = {}, [], []

    def judge(self) -> None:
        assert self.wrong == [], f"the real service would refuse: {self.wrong}"

    def of(self, what: str) -> list[Sent]:
        """What was asked of one operation: sms, voice or email."""
        return [one for one in self.asked if one.what == what]

    def taken(self, what: str) -> list[dict[str, Any]]:
        """The parameters of each that it took."""
        return [one.parameters for one in self.of(what) if one.id]


class _Handler(BaseHTTPRequestHandler):
    amazon: Amazon

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        what = self.operation()
        sent = Sent(what, json.loads(body))
        self.amazon.asked.append(sent)
        troubles = [*self.unsigned(what), *(refusals(what, sent.parameters) if what else [f"no operation {self.path}"])]
        if troubles:
            self.amazon.wrong += troubles
            self.fail(400, "ValidationException", "INVALID_PARAMETER")
            return
        self.answer_as_told(sent)

    def operation(self) -> str:
        target = self.headers.get("X-Amz-Target", "")
        asked = "SendEmail" if self.path == "/v2/email/outbound-emails" else target.removeprefix("PinpointSMSVoiceV2.")
        return next((what for what, one in OPERATIONS.items() if one[1] == asked), "")

    def unsigned(self, what: str) -> list[str]:
        said = self.headers.get("Authorization", "")
        scope = f"/{OPERATIONS[what][2]}/aws4_request" if what else ""
        return [] if said.startswith("AWS4-HMAC-SHA256 ") and scope in said else ["not signed"]

    def answer_as_told(self, sent: Sent) -> None:
        told = self.amazon.answers.get(sent.what, "ok")
        if told == "once":
            told = "500" if len(self.amazon.of(sent.what)) == 1 else "ok"
        if told in ("ok", "lost"):
            sent.id = f"{sent.what}-{next(self.amazon.numbers)}"
            self.answer(200, {"MessageId": sent.id})
        elif told == "hang":
            self.amazon.released.wait(30)
        elif told == "redirect":
            self.answer(307, {}, {"Location": f"{self.amazon.url}/elsewhere"})
        elif told == "nonsense":
            self.answer(200, "<html>Sign in to the network")
        else:
            self.fail(*FAULTS[told])

    def fail(self, status: int, kind: str, reason: str) -> None:
        said = {"__type": kind, "Message": "as told", **({"Reason": reason} if reason else {})}
        self.answer(status, said, {"x-amzn-ErrorType": kind, **({"Retry-After": "7"} if status == 429 else {})})

    def answer(self, status: int, body: Mapping[str, str] | str, headers: Mapping[str, str] | None = None) -> None:
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        length = {"Content-Type": "application/x-amz-json-1.0", "Content-Length": str(len(data))}
        for name, value in {**length, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: object) -> None:
        pass


@cache
def described(what: str) -> Shape:
    """What an operation takes, as Amazon describes it."""
    service, operation, _ = OPERATIONS[what]
    shape = botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape
    assert shape is not None
    return shape


def refusals(what: str, parameters: Mapping[str, Any]) -> list[str]:
    """What the real service would refuse of these parameters, each in one line; none when it would take them."""
    return list(_wrong(described(what), parameters, OPERATIONS[what][1]))


def _wrong(shape: Any, value: Any, where: str) -> Iterator[str]:
    kind = shape.type_name
    if kind == "structure":
        yield from _structure(shape, value, where)
    elif kind == "list":
        yield from _length(shape, value, where)
        for at, given in enumerate(value):
            yield from _wrong(shape.member, given, f"{where}[{at}]")
    elif kind == "map":
        yield from _length(shape, value, where)
        for key, given in value.items():
            yield from _wrong(shape.key, key, f"{where} key")
            yield from _wrong(shape.value, given, f"{where}.{key}")
    elif kind == "string":
        yield from _text(shape, value, where)
    elif kind == "integer":
        low, high = shape.metadata.get("min", value), shape.metadata.get("max", value)
        if not isinstance(value, int) or not low <= value <= high:
            yield f"{where} is {value}, not a number from {low} to {high}"


def _structure(shape: Any, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is no structure"
        return
    yield from (f"{where}.{name} is missing" for name in shape.required_members if name not in value)
    for name, given in value.items():
        if name in shape.members:
            yield from _wrong(shape.members[name], given, f"{where}.{name}")
        else:
            yield f"{where}.{name} is unknown"


def _text(shape: Any, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{where} is no text"
        return
    yield from _length(shape, value, where)
    if shape.enum and value not in shape.enum:
        yield f"{where} is {value}, which is not on the list"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f"{where} does not have the form {pattern}"


def _length(shape: Any, value: Any, where: str) -> Iterator[str]:
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", len(value))
    if not low <= len(value) <= high:
        yield f"{where} has {len(value)}, not from {low} to {high}"
