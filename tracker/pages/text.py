"""Stored text on its way into a page."""

import re

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Make control and direction-changing characters visible: HTML and SVG take none of the first, readers are fooled by the second."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
