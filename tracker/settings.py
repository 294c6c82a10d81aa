"""Every setting in one table: its key, environment variable, default, meaning and source. Drives loading, checks and docs."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tracker.errors import Refused, TrackerError, reason_of, remedy_of
from tracker.folders import config_folder, move_file, read_text
from tracker.ledger.values import parse_number, shorten


class Setting(NamedTuple):
    """One setting. read turns its text into a value and raises TrackerError for a wrong one; values says which it takes."""

    key: str
    env: str | None
    default: Any
    read: Callable[[str], Any]
    meaning: str
    source: str
    values: str


def _text(text: str) -> str:
    return text.strip()


_MOST = 3660


def _whole(text: str) -> int:
    number = parse_number(text, what="配置值")
    if number != number.to_integral_value() or not 0 <= number <= _MOST:
        raise Refused(f"“{shorten(text)}”应为 0 到 {_MOST} 之间的整数")
    return int(number)


def _switch(text: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "是": True, "false": False, "0": False, "no": False, "否": False}
    if text.strip().lower() not in words:
        raise Refused(f"“{shorten(text)}”应为 true 或 false")
    return words[text.strip().lower()]


SETTINGS = (
    Setting("plan", "TRACKER_PLAN", "", _text, "默认方案（--plan）", "工作习惯", "方案代码，如 zj"),
    Setting("unit", "TRACKER_UNIT", "", _text, "默认单位（--unit）", "工作习惯", "单位名称"),
    Setting("by", "TRACKER_BY", "", _text, "默认填报人（--by），缺省为登录名", "工作习惯", "姓名"),
    Setting("issuer", "TRACKER_ISSUER", "", _text, "发文单位：通报、催办单、报告的落款，不影响查看范围", "docs/papers.md", "单位名称"),
    Setting("evidence_required", None, False, _switch, "办结时是否必须有佐证材料", "docs/rules.md", "true 是、false 否"),
    Setting("index_goalposts", "TRACKER_INDEX_GOALPOSTS", "", _text, "协同指数的标杆文件（index goalposts 生成）", "docs/synergy.md",
            "文件路径"),
    Setting("backups_kept", None, 10, _whole, "自动备份保留份数", "docs/contract.md", f"0–{_MOST}"),
)  # fmt: skip
RETIRED = ("mode",)
"""Keys of older configurations that say nothing any more: how entries come together is what the address of the ledger says."""
BY_KEY = {setting.key: setting for setting in SETTINGS}


class Settings:
    """The values in force, and where each comes from (内置默认, 配置文件, 环境变量)."""

    def __init__(self, values: Mapping[str, Any], origins: Mapping[str, str]) -> None:
        self._values = dict(values)
        self.origins = dict(origins)

    def __getitem__(self, key: str) -> Any:
        """Return the value of a setting."""
        return self._values[key]


def config_path() -> Path:
    """Return the configuration file: TRACKER_CONFIG, or the user's configuration directory."""
    if os.environ.get("TRACKER_CONFIG"):
        return Path(os.environ["TRACKER_CONFIG"])
    return config_folder() / "config.toml"


def load(environ: Mapping[str, str], path: Path | None = None) -> Settings:
    """Return the settings in force; raises Refused naming file, key and what to write instead."""
    values = {setting.key: setting.default for setting in SETTINGS}
    origins = dict.fromkeys(values, "内置默认")
    where = path or config_path()
    for key, raw in _file_values(where).items():
        if key in IN_LEDGER:
            raise Refused(_moved(where, key, raw))
        if key in RETIRED:
            continue
        if key not in BY_KEY:
            raise Refused(f"配置文件 {where} 中没有“{shorten(key)}”这一项；可用的有：{'、'.join(BY_KEY)}")
        values[key] = _read(BY_KEY[key], raw, f"配置文件 {where} 的 {key}")
        origins[key] = "配置文件"
    for setting in SETTINGS:
        if setting.env and environ.get(setting.env):
            values[setting.key] = _read(setting, environ[setting.env], f"环境变量 {setting.env}")
            origins[setting.key] = f"环境变量 {setting.env}"
    return Settings(values, origins)


IN_LEDGER = (
    "red_lag", "yellow_lag", "due_days", "time_left", "tolerance", "jump_factor", "report_every", "report_closes",
    "report_grace", "report_from", "figures_by", "report_days",
)  # fmt: skip
"""What changes a judgement is stated in the ledger, so that two people never see two numbers of red at one moment."""


def _moved(where: Path, key: str, raw: str) -> str:
    if key == "report_days":
        return f"配置文件 {where} 的 report_days 已停用：填报期改由台账规定，请删去这一项，用 tracker config set report_every month 设置"
    return f"配置文件 {where} 的 {key} 影响判断，改由台账统一规定；请删去这一项，由协调人运行 tracker config set {key} {shorten(raw)}"


def _file_values(path: Path) -> dict[str, str]:
    try:
        text = read_text(path, "replace")
        import tomllib

        content = tomllib.loads(text, parse_float=str)
    except FileNotFoundError:
        return {}
    except RecursionError:
        raise Refused(f"配置文件 {path} 无法读取：嵌套过深；请修正，或用 tracker config path 查看位置") from None
    except OSError as error:
        raise Refused(
            f"配置文件 {path} 无法读取：{reason_of(error)}；请修正，或用 tracker config path 查看位置"
        ) from None
    except ValueError as error:
        raise Refused(f"配置文件 {path} {_fault(text, str(error))}") from None
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in content.items()}


def _fault(text: str, error: str) -> str:
    """Say in which line of a configuration what is wrong, and how to write it."""
    found = re.search(r"line (\d+)", error)
    number = int(found[1]) if found else len(text.splitlines())
    line = (text.splitlines() or [""])[min(number, max(len(text.splitlines()), 1)) - 1].strip()
    if re.search(r'"[^"]*\\', line):
        return f"第 {number} 行“{shorten(line, 80)}”：双引号里的反斜杠要写两个；路径请用单引号，如 键 = 'D:\\台账\\标杆.csv'"
    return f'第 {number} 行“{shorten(line, 80)}”无法识别；请写成 键 = 值 的形式，文字加引号，如 plan = "zj"'


def write(key: str, value: str | None, path: Path | None = None) -> Path:
    """Put one setting into the configuration file, or take it out (None); other lines stay as they are.

    Raises Refused for a key or value that cannot be, naming what can, and where the file cannot be written.
    """
    where = path or config_path()
    if key not in BY_KEY:
        raise Refused(f"没有“{shorten(key)}”这一项配置；可用的有：{'、'.join(BY_KEY)}")
    if value is not None:
        _read(BY_KEY[key], value, key)
    try:
        lines = read_text(where, "replace").splitlines()
    except FileNotFoundError:
        lines = []
    except OSError as error:
        raise Refused(f"配置文件 {where} 无法读取：{reason_of(error)}") from None
    kept = [line for line in lines if not re.match(rf"\s*{key}\s*=", line)]
    content = "\n".join([*kept, *([f"{key} = {_written(value)}"] if value is not None else [])])
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        temporary = where.with_name(f".{where.name}.{os.getpid()}.tmp")
        temporary.write_text(content + "\n" if content else "", encoding="utf-8")
        move_file(temporary, where)
    except OSError as error:
        raise Refused(f"配置文件 {where} 无法写入：{reason_of(error)}；{remedy_of(error)}") from None
    load({}, where)
    return where


def _written(value: str) -> str:
    """Return a value as TOML: numbers and switches bare, other texts quoted."""
    text = value.strip()
    if re.fullmatch(r"-?\d+(\.\d+)?|true|false", text):
        return text
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    import json

    return json.dumps(text, ensure_ascii=False)


def _read(setting: Setting, raw: str, place: str) -> Any:
    try:
        return setting.read(raw)
    except TrackerError as error:
        raise Refused(f"{place}：{error}") from None
