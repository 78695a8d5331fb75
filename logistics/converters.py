"""Public codes in addresses: a TPS, a shipment, an item."""


class StationCode:
    """`64.08.11.2001-005`: the desa and the number of the TPS."""

    regex = r"\d{2}\.\d{2}\.\d{2}\.[123]\d{3}-\d{3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ShipmentCode(StationCode):
    """`SJ-640811-7F3KQ`: as it stands on the manifest."""

    regex = r"SJ-\d{6}-[0-9A-Z]{5}"


class ItemCode(StationCode):
    """`SS`: a code of the catalogue, DOMAIN 3.2."""

    regex = r"[A-Z]{2}"
