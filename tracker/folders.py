"""The user's own folders for data and configuration, where nobody says otherwise."""

import os
import sys
from pathlib import Path


def ledger_folder() -> Path:
    """Return the folder in which a ledger lives: TRACKER_DATA_DIR, or the system's custom."""
    given = os.environ.get("TRACKER_DATA_DIR")
    return Path(given) if given else _customary("data", "XDG_DATA_HOME", "~/.local/share")


def config_folder() -> Path:
    """Return the folder of the configuration, by the system's custom."""
    return _customary("config", "XDG_CONFIG_HOME", "~/.config")


def _customary(kind: str, variable: str, fallback: str) -> Path:
    """Follow the XDG rule on Linux; elsewhere ask platformdirs, whose import costs as much as a whole question."""
    if sys.platform == "linux":
        base = Path(os.environ.get(variable, ""))
        return (base if base.is_absolute() else Path(fallback).expanduser()) / "tracker"
    import platformdirs

    return Path(getattr(platformdirs, f"user_{kind}_dir")("tracker", appauthor=False))
