"""Which addresses count as this machine itself."""

from ipaddress import ip_address

# httpx and Starlette's test client call an application without a socket by this name.
IN_PROCESS = "testserver"


def is_loopback(host: str) -> bool:
    """Whether a host name or address stays on this machine."""
    if host.lower() in {"localhost", IN_PROCESS}:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_of(header: str) -> str:
    """The host part of a Host header or an origin, without scheme and port."""
    host = header.rpartition("://")[2]
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
