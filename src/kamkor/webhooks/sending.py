"""One message on its way: to the address that was checked, ten seconds after connecting at the latest.

Redirects are not followed, no proxy is asked, and nothing of the answer is read but its status; of a page
that is fetched, as much as was asked for.
"""

import socket
import ssl
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Timer
from time import monotonic

from kamkor.webhooks.address import NotAllowed, Target, parse, resolve

SECONDS = 10


class Undelivered(Exception):
    """It did not arrive; `error` is the status of the answer, or the kind of error in one word."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content: bytes = b""
    charset: str = "utf-8"


def post(address: str, body: bytes, headers: dict[str, str]) -> None:
    """Raises Undelivered unless the receiver says that it has the message."""
    status = _ask("POST", address, body, headers).status
    if not 200 <= status < 300:
        raise Undelivered(str(status))


def get(address: str, headers: dict[str, str], *, most: int) -> Answer:
    """A page, of which at most so many bytes are read. Raises Undelivered where no answer came."""
    return _ask("GET", address, None, headers, most=most)


def _ask(method: str, address: str, body: bytes | None, headers: dict[str, str], *, most: int = 0) -> Answer:
    try:
        return _over_wire(method, address, body, headers, most=most)
    except NotAllowed:
        raise Undelivered("address") from None
    except TimeoutError:
        raise Undelivered("timeout") from None
    except socket.gaierror:
        raise Undelivered("name") from None
    except ssl.SSLError:
        raise Undelivered("tls") from None
    except OSError:
        raise Undelivered("connection") from None
    except HTTPException:
        raise Undelivered("answer") from None


def _over_wire(
    method: str, address: str, body: bytes | None, headers: dict[str, str], *, most: int
) -> Answer:
    target = parse(address)
    wire = socket.create_connection((resolve(target), target.port), timeout=SECONDS)
    begun = monotonic()
    with closing(wire), closing(wire.dup()) as same:
        deadline = Timer(SECONDS, _cut, [same])  # whoever answers in drops is cut off too
        deadline.daemon = True
        deadline.start()
        try:
            with closing(_connection(target, wire)) as connection:
                connection.request(method, target.path, body, {"Host": target.authority} | headers)
                answer = connection.getresponse()
                content = answer.read(most) if most else b""
                return Answer(answer.status, content, answer.headers.get_content_charset("utf-8"))
        except (OSError, HTTPException):
            if monotonic() - begun >= SECONDS:
                raise TimeoutError from None
            raise
        finally:
            deadline.cancel()


def _connection(target: Target, wire: socket.socket) -> HTTPConnection:
    """Over a connection that stands already; the certificate must be for the name in the address."""
    connection = HTTPConnection(target.host, target.port)
    connection.sock = wire
    if target.secure:
        connection.sock = ssl.create_default_context().wrap_socket(wire, server_hostname=target.host)
    return connection


def _cut(wire: socket.socket) -> None:
    try:
        wire.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is over already
