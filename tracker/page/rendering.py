"""Filling templates. Stored text is escaped by the engine, and made visible where it would be invisible."""

from pathlib import Path
from typing import Any

from tracker.text import visible


def render(name: str, **values: Any) -> str:
    """Fill a template; an unknown name in it is an error, never an empty space."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip
    environment.filters["zip"] = zip
    return environment.get_template(name).render(**values) + "\n"


def _shown(value: Any) -> Any:
    """Write nothing for nothing, and plain text with its control characters visible; what is markup already stays."""
    if value is None:
        return ""
    return visible(value) if type(value) is str else value
