"""The outgoing heartbeat: while the engine is well, an address that the agency sets is asked; its silence is the alarm."""

import requests
import structlog

from porchlight.core.tools import Tools
from porchlight.crises.watching import health

log = structlog.get_logger()

EVERY = 20.0  # seconds: two may be lost and the silence is still noticed within 60 (oncall.md, Self-watch)
TIMEOUT = 5.0


def tell(tools: Tools) -> bool:
    """One beat, when an address is set and the engine is well; with no transaction open. Returns whether it arrived.

    The request says nothing: that it comes is all there is to know. An engine that is late is silent on purpose.
    """
    address = tools.settings.heartbeat
    if not address:
        return False
    with tools.db.reading() as session:
        well = health(session, now=tools.db.now(session)).well
    return well and _ask(address)


def _ask(address: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False  # no proxy of the environment
        try:
            answer = session.post(address, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            log.warning("heartbeat.failed", kind=type(error).__name__)
            return False
    arrived = answer.status_code in range(200, 300)
    if not arrived:
        log.warning("heartbeat.refused", status=answer.status_code)
    return arrived
