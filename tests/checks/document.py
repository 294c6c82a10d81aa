"""Writes the section 检查规则 of docs/rules.md from the rules themselves: `python -m tests.checks.document`."""

from pathlib import Path

from tracker.actions.checks import DEFAULT, LEVELS, RULES

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
BEGIN, END = (
    "<!-- 以下由 python -m tests.checks.document 按 tracker/actions/checks.py 生成，请勿手改 -->\n",
    "<!-- 生成的部分到此为止 -->\n",
)

_HEAD = """
`tracker check` 供定时任务和监控系统使用：标准输出只有一行，退出码按监控插件约定。后面写规则名，可写几个，`all` 为全部；
不写时只查{default}。

| 退出码 | 第一行 | 含义 |
|---|---|---|
| 0 | `TRACKER OK - …` | 所查各项均无发现 |
| 1 | `TRACKER WARNING - …` | 有警告级的发现，或逾期项数少于 `--crit-overdue` |
| 2 | `TRACKER CRITICAL - …` | 有严重级的发现：逾期达到 `--crit-overdue N` 项（缺省 1） |
| 3 | `TRACKER UNKNOWN - …` | 没有得到结论：用法有误、程序出错、台账不存在或无法读取 |

竖线之后是性能数据，规则名中的连字符写作下划线，如 `overdue=3 due_soon=12`。
`--warn-days DAYS` 是临近到期的天数（缺省 30），`--as-of`、`--known-at` 可以查过去某一天；`check` 不看 `TRACKER_AS_OF`，
也不受默认方案、默认单位影响，总是查整个台账；台账不存在时不会自动建立。`--json` 给出每条规则找到的编号，
出错时给出 `{{"status": "UNKNOWN", …}}`。

```
0 8 * * 1-5  tracker check overdue unreported || tracker list --overdue --csv | mail -s "台账提醒" …
```

总体目标（`aim`）不判断，任何规则都不查。

| 规则 | 级别 | 名称 | 含义 | 处理办法 |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the page with the section as it must be."""
    head = _HEAD.format(default=" " + " 和 ".join(f"`{name}`" for name in DEFAULT))
    rows = [
        f"| `{rule.name}` | {LEVELS[rule.severity]} | {rule.label} | {rule.meaning} | {rule.remedy} |\n"
        for rule in RULES.values()
    ]
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return before + BEGIN + head + "".join(rows) + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
