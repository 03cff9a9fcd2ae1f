"""Where messages may go: to the internet by https, and never into the network that Kamkor itself stands in.

A name is looked up, everything it stands for is checked, and the connection goes to an address that was
checked: so a name that stands for something else a moment later gains nothing.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings

LONGEST = 300
PUBLIC = IPv6Network("2000::/3")
TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))  # carry an IPv4 address that was not checked
CLOUDS = {IPv4Address("168.63.129.16")}  # a host's own service under a public number


class NotAllowed(Exception):
    """An address to which nothing is sent; says nothing of what stands behind it."""


@dataclass(frozen=True)
class Target:
    """An address taken apart."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """For the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def parse(address: str) -> Target:
    """Raises NotAllowed for all but plain https (and http to this machine, where tests have allowed it)."""
    try:
        parts = urlsplit(address)
        secure, host, port = parts.scheme == "https", parts.hostname, parts.port
    except ValueError:
        raise NotAllowed from None
    plain = address.isascii() and address.isprintable() and " " not in address and len(address) <= LONGEST
    if not plain or not host or port == 0 or "@" in parts.netloc or parts.fragment or "\\" in address:
        raise NotAllowed
    if not secure and not (parts.scheme == "http" and settings.WEBHOOKS_LOCAL):
        raise NotAllowed
    path = parts.path or "/"
    return Target(
        secure, host, port or (443 if secure else 80), f"{path}?{parts.query}" if parts.query else path
    )


def resolve(target: Target) -> str:
    """One address to connect to. Raises NotAllowed where the name stands for any that is not public, and
    OSError where it stands for none."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in found]
    if not addresses or not all(_allowed(ip_address(one.partition("%")[0]), target) for one in addresses):
        raise NotAllowed
    return addresses[0]


def _allowed(ip: IPv4Address | IPv6Address, target: Target) -> bool:
    if settings.WEBHOOKS_LOCAL and ip.is_loopback:
        return True
    if not target.secure or not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, IPv6Address):
        return ip in PUBLIC and not any(ip in tunnel for tunnel in TUNNELS)
    return ip not in CLOUDS
