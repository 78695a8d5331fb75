"""The number of a case in addresses: it says nothing of anybody."""


class CaseNumber:
    """`NTR-2026-7F3KQ`: year of receipt and five random signs of base32."""

    regex = r"NTR-\d{4}-[0-9A-Z]{5}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
