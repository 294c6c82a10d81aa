"""Every setting in one table: its key, environment variable, default, meaning and source. Drives loading, checks and docs."""

import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from tracker.errors import Refused, TrackerError, reason_of
from tracker.folders import config_folder, read_plain
from tracker.ledger.thresholds import Thresholds
from tracker.ledger.values import parse_number, shorten


class Setting(NamedTuple):
    """One setting. read turns its text into a value and raises TrackerError for a wrong one."""

    key: str
    env: str | None
    default: Any
    read: Callable[[str], Any]
    meaning: str
    source: str


def _text(text: str) -> str:
    return text.strip()


def _share(text: str) -> Decimal:
    number = parse_number(text, what="配置值")
    if not 0 <= number <= 100:  # noqa: PLR2004 - a share in percent
        raise Refused(f"“{shorten(text)}”应在 0 到 100 之间")
    return number


def _days(text: str) -> int:
    number = parse_number(text, what="配置值")
    if number != number.to_integral_value() or not 0 <= number <= 3660:  # noqa: PLR2004 - ten years
        raise Refused(f"“{shorten(text)}”应为 0 到 3660 之间的整数天数")
    return int(number)


def _switch(text: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "是": True, "false": False, "0": False, "no": False, "否": False}
    if text.strip().lower() not in words:
        raise Refused(f"“{shorten(text)}”应为 true 或 false")
    return words[text.strip().lower()]


def _mode(text: str) -> str:
    if text.strip() not in MODES:
        raise Refused(f"“{shorten(text)}”应为 {'、'.join(MODES)} 之一")
    return text.strip()


MODES = {
    "forms": "表格回收：台账在协调人一台电脑上，各单位填报 Excel 表后由协调人导入",
    "file": "共用一个文件：大家登录同一台服务器或共享磁盘，使用同一个台账文件",
    "postgresql": "数据库服务器：各单位各自登录，权限由数据库管理",
}

SETTINGS = (
    Setting("plan", "TRACKER_PLAN", "", _text, "默认方案（--plan）", "工作习惯"),
    Setting("unit", "TRACKER_UNIT", "", _text, "默认单位（--unit）", "工作习惯"),
    Setting("by", "TRACKER_BY", "", _text, "默认填报人（--by），缺省为登录名", "工作习惯"),
    Setting("issuer", "TRACKER_ISSUER", "", _text, "发文单位：通报、催办单、报告的落款，不影响查看范围", "docs/papers.md"),
    Setting("mode", None, "forms", _mode, "数据如何汇集：forms、file 或 postgresql", "DESIGN §1"),
    Setting("red_lag", None, Decimal(30), _share, "低于序时超过多少个百分点亮红灯", "银川 2025"),
    Setting("yellow_lag", None, Decimal(10), _share, "低于序时达到多少个百分点亮黄灯", "银川 2025"),
    Setting("time_left", None, Decimal(30), _share, "从未填报且剩余时间不超过百分之几亮黄灯", "商丘 2025"),
    Setting("due_days", None, 30, _days, "多少天内到期亮蓝灯", "宿迁 2025"),
    Setting("report_days", None, 31, _days, "填报周期（天），超过即为未更新、未填报", "按月调度"),
    Setting("tolerance", None, Decimal(5), _share, "“左右”允许比目标值差百分之几", "DESIGN §5"),
    Setting("evidence_required", None, False, _switch, "办结时是否必须有佐证材料", "DESIGN §5"),
    Setting("jump_factor", None, Decimal(10), lambda text: parse_number(text, what="配置值"),
            "现值变动超过几倍视为存疑", "check implausible"),
    Setting("index_goalposts", "TRACKER_INDEX_GOALPOSTS", "", _text, "协同指数的标杆文件（index goalposts 生成）", "docs/synergy.md"),
    Setting("backups_kept", None, 10, _days, "自动备份保留份数", "DESIGN §4"),
)  # fmt: skip
BY_KEY = {setting.key: setting for setting in SETTINGS}


class Settings:
    """The values in force, and where each comes from (内置默认, 配置文件, 环境变量)."""

    def __init__(self, values: Mapping[str, Any], origins: Mapping[str, str]) -> None:
        self._values = dict(values)
        self.origins = dict(origins)

    def __getitem__(self, key: str) -> Any:
        """Return the value of a setting."""
        return self._values[key]

    @property
    def thresholds(self) -> Thresholds:
        """The figures of the light rules."""
        return Thresholds(*(self._values[name] for name in Thresholds._fields))


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
        if key not in BY_KEY:
            raise Refused(f"配置文件 {where} 中没有“{shorten(key)}”这一项；可用的有：{'、'.join(BY_KEY)}")
        values[key] = _read(BY_KEY[key], raw, f"配置文件 {where} 的 {key}")
        origins[key] = "配置文件"
    for setting in SETTINGS:
        if setting.env and environ.get(setting.env):
            values[setting.key] = _read(setting, environ[setting.env], f"环境变量 {setting.env}")
            origins[setting.key] = f"环境变量 {setting.env}"
    if values["yellow_lag"] > values["red_lag"]:
        raise Refused(f"配置文件 {where}：yellow_lag 不能大于 red_lag")
    return Settings(values, origins)


def _file_values(path: Path) -> dict[str, str]:
    try:
        text = read_plain(path).decode("utf-8-sig")
        import tomllib

        content = tomllib.loads(text, parse_float=str)
    except FileNotFoundError:
        return {}
    except RecursionError:
        raise Refused(f"配置文件 {path} 无法读取：嵌套过深；请修正，或用 tracker config path 查看位置") from None
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else shorten(str(error), 200)
        raise Refused(f"配置文件 {path} 无法读取：{reason}；请修正，或用 tracker config path 查看位置") from None
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in content.items()}


def _read(setting: Setting, raw: str, place: str) -> Any:
    try:
        return setting.read(raw)
    except TrackerError as error:
        raise Refused(f"{place}：{error}") from None
