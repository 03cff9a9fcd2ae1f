"""The samples in front of a real server: what comes through them, what does not, and what they write down."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import ready
from tests.databases import ON_POSTGRESQL
from tests.walls.test_headers import NOT_KEPT

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = "kamkor.example"
HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
FORGED = {"X-Forwarded-For": "198.51.100.1", "Forwarded": "for=198.51.100.1", "X-Forwarded-Proto": "http"}
pytestmark = [
    pytest.mark.skipif(ON_POSTGRESQL, reason="no proxy looks into the database"),
    pytest.mark.xdist_group("proxies"),
]


@dataclass(frozen=True)
class Proxy:
    """Where a proxy answers, in clear and encrypted, and the folder in which it writes."""

    clear: int
    port: int
    folder: Path

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> "Answer":
        with closing(self.line()) as line:
            line.request(method, path, body, {"Host": NAME} | headers)
            answer = line.getresponse()
            return Answer(answer.status, answer.msg, answer.read())

    def line(self) -> http.client.HTTPConnection:
        line = http.client.HTTPConnection(NAME, self.port)
        line.sock = self.encrypted(20)
        return line

    def encrypted(self, patience: float) -> ssl.SSLSocket:
        """To our own machine, whatever the name says."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=patience)
        return unchecked().wrap_socket(plain, server_hostname=NAME)

    def raw(self, request: bytes, patience: float = 1) -> bytes:
        """What comes back for these bytes until the proxy closes, or has been silent for so many seconds."""
        with self.encrypted(patience) as secret:
            return exchanged(secret, request)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def exchanged(line: socket.socket, request: bytes) -> bytes:
    heard = b""
    try:
        line.sendall(request)
        while piece := line.recv(65536):
            heard += piece
    except OSError:
        pass
    return heard


def unchecked() -> ssl.SSLContext:
    """The certificate is the test's own."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context


def free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: list[str], log: Path, ready: Callable[[], object], **settings: str) -> Iterator[None]:
    with log.open("w") as output:
        begun = subprocess.Popen(command, env=os.environ | settings, stdout=output, stderr=subprocess.STDOUT)
        try:
            for _ in range(600):
                try:
                    ready()
                    break
                except OSError:
                    assert begun.poll() is None, log.read_text()[-2000:]
                    time.sleep(0.1)
            else:
                pytest.fail(f"It does not answer:\n{log.read_text()[-2000:]}")
            yield
        finally:
            begun.terminate()
            begun.wait(timeout=20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`kamkor serve` as the unit starts it, at a socket."""
    home = tmp_path_factory.mktemp("behind")
    shutil.copytree(ready.migrated(), home, dirs_exist_ok=True)
    at = home / "socket"
    served = ready.environment(home) | {"KAMKOR_SECURE": "yes", "KAMKOR_ALLOWED_HOSTS": NAME}
    served |= {"KAMKOR_TRUSTED_ORIGINS": f"https://{NAME}"}

    def answers() -> None:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(at))

    with running([*ready.RUN, "serve", "--socket", str(at)], home / "server.log", answers, **served):
        yield at


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    make = "openssl req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
    made = [*make.split(), "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    made += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(made, check=True, capture_output=True)
    return folder


@contextmanager
def nginx(server: Path, certificate: Path, folder: Path) -> Iterator[Proxy]:
    """The sample with our ports and folders in it, and not a word else."""
    clear, port = free(), free()
    sample = (DEPLOY / "nginx.conf").read_text()
    for theirs, ours in (
        ("listen 80;", f"listen 127.0.0.1:{clear};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/kamkor", str(certificate)),
        ("/var/log/nginx", str(folder)),
        ("/run/kamkor/socket", str(server)),
    ):
        assert theirs in sample
        sample = sample.replace(theirs, ours)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    whole = folder / "nginx.conf"
    whole.write_text(f"{user} daemon off; pid {folder}/pid; events {{}} http {{ {paths}\n{sample} }}")
    command = ["nginx", "-p", str(folder), "-e", str(folder / "first.log"), "-c", str(whole)]
    proxy = Proxy(clear, port, folder)
    with running(command, folder / "said.log", lambda: proxy.ask("GET", "/healthz")):
        yield proxy


@contextmanager
def caddy(server: Path, certificate: Path, folder: Path) -> Iterator[Proxy]:
    """Of the sample the name, the certificate and the folders are ours."""
    clear, port = free(), free()
    sample = (DEPLOY / "Caddyfile").read_text()
    for theirs, ours in (
        ("{\n\tservers", f"{{\n\tadmin off\n\thttp_port {clear}\n\thttps_port {port}\n\tservers"),
        ("tls {", f"tls {certificate}/fullchain.pem {certificate}/privkey.pem {{"),
        ("/var/log/caddy", str(folder)),
        ("/run/kamkor/socket", str(server)),
    ):
        assert theirs in sample
        sample = sample.replace(theirs, ours, 1)
    whole = folder / "Caddyfile"
    whole.write_text(sample)
    proxy = Proxy(clear, port, folder)
    command = ["caddy", "run", "--config", str(whole), "--adapter", "caddyfile"]
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with running(command, folder / "said.log", lambda: proxy.ask("GET", "/healthz"), **home):
        yield proxy


PROXIES = {"nginx": nginx, "caddy": caddy}


@pytest.fixture(scope="module", params=PROXIES)
def proxy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not here")
    server, certificate = (request.getfixturevalue(name) for name in ("server", "certificate"))
    with PROXIES[request.param](server, certificate, tmp_path_factory.mktemp(request.param)) as begun:
        yield begun


@pytest.mark.asvs("12.1.1", "12.2.1", "12.3.3")
def test_what_the_server_tells_browsers_arrives_and_nothing_beside_it(proxy: Proxy) -> None:
    """By way of a socket that its owner and its group alone may open."""
    answer = proxy.ask("GET", "/desk/sign-in")
    assert answer.status == 200
    heard = {name: answer.headers.get(name) for name in NOT_KEPT}
    heard["Content-Security-Policy"] = "; ".join(sorted(str(heard["Content-Security-Policy"]).split("; ")))
    assert heard == NOT_KEPT | HSTS
    assert all(len(answer.headers.get_all(name) or ()) == 1 for name in NOT_KEPT)
    assert not re.search(r"\d", answer.headers.get("Server") or "")
    assert "X-Powered-By" not in answer.headers
    cookies = answer.headers.get_all("Set-Cookie") or []
    assert cookies
    assert all("; Secure" in cookie and cookie.startswith("__Host-") for cookie in cookies)
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.clear, timeout=5)) as line:
        line.request("GET", "/desk/", headers={"Host": NAME})
        led = line.getresponse()
        assert led.status in {301, 308}
        assert str(led.getheader("Location")).startswith(f"https://{NAME}")


def test_the_socket_is_open_to_the_proxy_s_group_and_nobody_else(server: Path) -> None:
    assert server.stat().st_mode & 0o777 == 0o660


@pytest.mark.asvs("4.1.3")
def test_what_a_caller_claims_to_be_is_thrown_away(proxy: Proxy) -> None:
    """Each guess says that it comes from elsewhere; they are counted together all the same."""
    page = proxy.ask("GET", "/desk/sign-in")
    cookie = "; ".join(each.partition(";")[0] for each in page.headers.get_all("Set-Cookie") or [])
    token = re.search(rb'csrfmiddlewaretoken" value="(\w+)"', page.body)
    assert token is not None
    sent = b"username=nobody-%d&password=guessed-words-%d&csrfmiddlewaretoken=" + token[1]
    answers = []
    for number in range(9):
        headers = {name: value.replace(".1", f".{number}") for name, value in FORGED.items()}
        headers |= {
            "Cookie": cookie,
            "Origin": f"https://{NAME}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answers.append(proxy.ask("POST", "/desk/sign-in", sent % (proxy.port, number), **headers).status)
    assert answers == [422] * 8 + [429]


@pytest.mark.asvs("16.2.5")
def test_nothing_of_whom_or_what_was_asked_is_written_down(proxy: Proxy) -> None:
    proxy.ask(
        "GET", "/desk/sign-in?next=canary-question", Cookie="canary=cookie", User_Agent="canary-browser"
    )
    proxy.ask("POST", "/desk/sign-in?canary=1", b"canary-body" * 100_000)
    body = b"Transfer-Encoding: chunked\r\n\r\n" + (b"100000\r\n" + b"c" * 2**20 + b"\r\n") * 27
    proxy.raw(b"POST /desk/sign-in?canary=2 HTTP/1.1\r\nHost: %s\r\n" % NAME.encode() + body, patience=10)
    proxy.ask("GET", "/desk/sign-in?canary=last")
    assert eventually(lambda: kept(proxy, "kamkor.log").count("/desk/sign-in") >= 4), kept(proxy, "*")
    assert "canary" not in kept(proxy, "*")
    assert "127.0.0.1" not in kept(proxy, "kamkor.log")


def test_what_is_too_large_is_refused_before_it_is_sent(proxy: Proxy) -> None:
    """By the length that is named: nobody on a bad line sends 27 MB for nothing."""
    with closing(proxy.line()) as line:
        line.request("POST", "/desk/sign-in", headers={"Host": NAME, "Content-Length": str(27 * 2**20)})
        assert line.getresponse().status == 413


def kept(proxy: Proxy, name: str) -> str:
    """What stands in the files that the proxy writes."""
    given = ("Caddyfile", "nginx.conf")
    files = [path for path in proxy.folder.rglob(name) if path.is_file() and path.name not in given]
    return "".join(path.read_text(errors="replace") for path in files)


def eventually(holds: Callable[[], bool]) -> bool:
    """Within a minute."""
    for _ in range(600):
        if holds():
            return True
        time.sleep(0.1)
    return False


# Each ends in one refusal, or with a line that is closed: never in two answers for one request.
HEAD = f"POST /desk/sign-in HTTP/1.1\r\nHost: {NAME}\r\n".encode()
SECOND = f"GET /canary HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode()
SMUGGLED = {
    "both lengths": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
    "two lengths": b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(SECOND) + SECOND,
    "a list of lengths": b"Content-Length: 0, %d\r\n\r\n" % len(SECOND) + SECOND,
    "a signed length": b"Content-Length: +0\r\n\r\n" + SECOND,
    "a strange coding": b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n" + SECOND,
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SECOND,
    "chunks of a strange size": b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + SECOND,
}


@pytest.mark.asvs("4.2.1")
@pytest.mark.parametrize("how", SMUGGLED)
def test_no_second_request_hides_in_the_body_of_a_first(proxy: Proxy, how: str) -> None:
    answers = re.findall(rb"HTTP/1\.1 (\d+)", proxy.raw(HEAD + SMUGGLED[how]))
    if (
        len(answers) == 2
    ):  # Caddy reads by the coding alone, as it may: then these are two requests to it, too
        assert how == "both lengths"
        assert '"/canary"' in (proxy.folder / "kamkor.log").read_text()
    else:
        assert answers in ([], [b"400"], [b"501"], [b"502"])


@pytest.mark.asvs("4.2.1")
@pytest.mark.parametrize("how", SMUGGLED)
def test_nor_does_the_server_itself_take_one_for_two(server: Path, how: str) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        line.connect(str(server))
        heard = exchanged(line, HEAD + SMUGGLED[how])
    assert len(re.findall(rb"HTTP/1\.1 (\d+)", heard)) <= 1, heard[:2000]


@pytest.mark.asvs("2.4.1")
def test_who_asks_too_often_is_slowed(proxy: Proxy) -> None:
    """By nginx; Caddy has no limit of its own, and the sample says so."""
    if not (proxy.folder / "nginx.conf").exists():
        assert "no limit" in (DEPLOY / "Caddyfile").read_text()
        return
    answers = []
    with closing(proxy.line()) as line:
        for _ in range(90):
            line.request("GET", "/healthz", headers={"Host": NAME})
            answer = line.getresponse()
            answer.read()
            answers.append(answer.status)
    assert answers[0] == 200
    assert 429 in answers
