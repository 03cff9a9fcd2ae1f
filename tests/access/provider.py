"""An identity provider on this machine, which tests tell what to answer: discovery, keys, tokens."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET = "kamkor", "the provider's secret for us"


def new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What it says; a test changes a part and sees that it is refused."""

    url: str = ""
    key: RSAPrivateKey = field(default_factory=new_key)
    issuer: str = ""
    subject: str = "subject-1"
    claims: dict[str, Any] = field(default_factory=dict)  # in the place of the right ones; None: left out
    signed_with: Any = None
    algorithm: str = "RS256"
    broken: str = ""  # the path at which it answers rubbish
    challenge: str = ""  # of PKCE, as the browser brought it
    asked: list[dict[str, str]] = field(default_factory=list)

    def config(self) -> dict[str, Any]:
        ends = {"authorization": "authorize", "token": "token"}
        return {
            "issuer": self.issuer or self.url,
            **{f"{name}_endpoint": f"{self.url}/{path}" for name, path in ends.items()},
            "jwks_uri": f"{self.url}/keys",
        }

    def keys(self) -> dict[str, Any]:
        shown = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [shown | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def visit(self, location: str) -> dict[str, str]:
        """A browser that was sent here signs in, and is sent back with this."""
        brought = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        self.challenge = brought["code_challenge"]
        now = int(time.time())
        right = {"iss": self.url, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 60}
        claims = right | {"nonce": brought["nonce"], "name": "A Name", "email": "a@example.org"} | self.claims
        self.claims = {name: value for name, value in claims.items() if value is not None}
        return {"code": "a-code", "state": brought["state"]}

    def token(self, sent: dict[str, str]) -> dict[str, Any]:
        self.asked.append(sent)
        proof = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).decode().rstrip("=") != self.challenge:
            return {"error": "invalid_grant"}
        with_key = self.key if self.signed_with is None else self.signed_with
        made = jwt.encode(self.claims, with_key, self.algorithm, headers={"kid": "one"})
        return {"access_token": "unused", "token_type": "Bearer", "id_token": made}


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = {"/.well-known/openid-configuration": provider.config, "/keys": provider.keys}
            self.say(found[self.path]())

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.say(provider.token({name: values[0] for name, values in sent.items()}))

        def say(self, what: dict[str, Any]) -> None:
            body = (
                b"<rubbish" if provider.broken and provider.broken in self.path else json.dumps(what).encode()
            )
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *about: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
