"""From where events are taken without a token: addresses of machines that cannot send one.

KServe's request logger sends no header of one's choosing. Its pods have addresses of their own, so
a use case may name the networks that its events come from. Only the other end of the connection
counts: what a header says of where a request comes from is anybody's to write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from gonogo.core.errors import Invalid

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Sources:
    """The networks of each use case; none: every event needs a token."""

    networks: Mapping[str, tuple[Network, ...]] = field(default_factory=dict)

    def known(self, case: str, peer: str | None) -> str | None:
        """The network of the use case that `peer`, `address:port`, is in; None where it is in none.

        >>> sources("loans=10.1.0.0/16").known("loans", "10.1.2.3:4711")
        'network 10.1.0.0/16'
        >>> sources("loans=10.1.0.0/16").known("fraud", "10.1.2.3:4711")
        """
        networks = self.networks.get(case)
        if not networks or peer is None:
            return None
        try:
            address = ip_address(peer.rpartition(":")[0].strip("[]"))
        except ValueError:
            return None
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        found = next((one for one in networks if address in one), None)
        return None if found is None else f"network {found}"


def sources(text: str, field_name: str = "sources") -> Sources:
    """The networks in `CASE=NETWORK,...`; a use case may be named again. Raises `Invalid`.

    >>> list(sources("a=10.0.0.1, a=fd00::/8").networks["a"])
    [IPv4Network('10.0.0.1/32'), IPv6Network('fd00::/8')]
    """
    found: dict[str, tuple[Network, ...]] = {}
    for one in (part.strip() for part in text.split(",")):
        if not one:
            continue
        case, _, network = one.partition("=")
        try:
            known = ip_network(network.strip())
        except ValueError as error:
            raise _wrong(field_name, one) from error
        # All addresses there are would be no token at all, for whoever reaches the port.
        if not case.strip() or not known.prefixlen:
            raise _wrong(field_name, one)
        found[case.strip()] = (*found.get(case.strip(), ()), known)
    return Sources(found)


def _wrong(field_name: str, value: str) -> Invalid:
    return Invalid(
        field=field_name,
        value=value,
        expected="CASE=NETWORK, parted by commas, such as loans=10.1.0.0/16; not all there is",
    )
