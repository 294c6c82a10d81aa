"""Every command in one table: help, panel, right, undo, JSON keys. Help, completion, the reference and tests are made of it.

Imports nothing but what every start has loaded: the help of the program is answered from here, before typer is there.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

PANELS = {
    "看": "看：进展到哪里，为什么亮灯",
    "报": "报：填报、申报、导入、撤销",
    "定": "定：核查、延期、明确单位和口径",
    "查": "查：状态检查、协同指数",
    "出": "出：Excel、Word、网页和文件",
    "方案": "方案：方案、事项、单位、地区",
    "台账": "台账：建立、备份、服务器、设置",
}
"""The panels of the help, in their order."""
READER, REPORTER, COORDINATOR, OWNER, FILE, LOCAL = "reader", "reporter", "coordinator", "owner", "file", "local"
RIGHTS = {
    READER: "服务器上需要查看权限", REPORTER: "服务器上需要填报权限", COORDINATOR: "服务器上需要协调权限",
    OWNER: "服务器上由库的所有者运行", FILE: "只用于文件台账", LOCAL: "不需要服务器上的权限",
}  # fmt: skip
"""Who may run a command on a server; a command that names none is the coordinator's. A test holds it against a server."""
UNDO = "undo"
"""The answer of a command that `tracker undo` takes back; of others it is words, or empty where nothing is changed."""
CHANGE = "change"
ITEMS = "tracker.item_rows:ITEM_FIELDS"
DECIDED = "change id command date unit changes warnings"


class Command(NamedTuple):
    """A command: where its function is, its line of help, its panel and examples, who may run it, what takes it back.

    json: the keys of its JSON (of each row), as words or as module:NAME; empty where it has none.
    """

    target: str
    help: str
    panel: str
    example: str
    right: str = COORDINATOR
    undo: str = ""
    json: str = ""


class Group(NamedTuple):
    """A command that has others below it."""

    help: str
    panel: str
    members: dict[str, Command]


def _see(target: str, text: str, example: str, json: str, panel: str = "看") -> Command:
    return Command(target, text, panel, example, READER, "", json)


def _decide(target: str, text: str, example: str, panel: str = "定", right: str = COORDINATOR) -> Command:
    return Command(target, text, panel, example, right, UNDO, DECIDED)


COMMANDS: dict[str, Command | Group] = {
    "status": _see("status:status", "一屏总览：各方案（单位、章节、地区）的状态和亮灯", "status --group unit --plan zj",
                   "as_of groups"),
    "list": _see("list_:list_items", "列出事项", "list --light red --unit 发改委", ITEMS),
    "show": _see("show:show", "事项的全部信息", "show zj-target-20", ITEMS),
    "explain": _see("show:explain_item", "亮灯和进度是怎么算出来的：每项输入、每步计算、每条规则", "explain zj-target-20.1",
                    "id as_of light light_reason parts steps"),
    "overdue": _see("list_:overdue", "已逾期（及临近到期）的事项，逾期最久的在前", "overdue --within 60", ITEMS),
    "todo": _see("list_:todo", "本单位本期还欠什么：逾期、被退回、临近到期、未填报、本期待填报", "todo --unit 省生态环境厅",
                 "tracker.cli.commands.list_:TODO_FIELDS"),
    "changes": _see("history:changes", "两个时点之间变了什么：亮灯前后、申报办结、销号、退回、延期、填报、纳入和调出",
                    "changes --week 2026-W47", "id what before after date unit by reason"),
    "history": _see("history:history", "谁在什么时候改了什么", "history zj-task-6 --since 上周",
                    "change at by unit command id field before after"),
    "log": Command("log:log", "填报进展", "报", 'log zj-target-20.1 --value 78.5 --note "新建管网 120 公里"', REPORTER, UNDO,
                   "change id date unit role state percent value note problem next before warnings"),
    "complete": _decide("decisions:complete", "申报办结：由牵头单位申报，等待他人核查", "complete zj-task-6 --evidence 验收报告.pdf",
                        "报", REPORTER),
    "import": Command("import_:import_files", "导入填回的填报表、周报、附件清单或 CSV", "报", "import 回收/*.xlsx", REPORTER, UNDO,
                      "new changed same errors ignored"),
    "undo": Command("history:undo", "撤销一次改动（默认为本人最近一次），撤销本身也留痕", "报", "undo 12", REPORTER, UNDO,
                    "change undoes ids statements"),
    "close": _decide("decisions:close", "核查销号：由申报人以外的人核查", "close zj-task-6 --note 现场核查属实"),
    "return": _decide("decisions:return_item", "退回申报办结的事项，恢复为进行中", "return zj-task-6 --reason 缺少验收材料"),
    "reopen": _decide("decisions:reopen", "重新打开已销号（或申报办结）的事项，恢复为进行中", "reopen zj-task-6 --reason 复查不合格"),
    "extend": _decide("decisions:extend", "延期（或首次明确时限），原定时限保留",
                      "extend zj-policy-2 --to 2027-06-30 --reason 立法延后 --approved-by 省政府办公厅"),
    "assign": _decide("decisions:assign", "指定或更正牵头、参与单位，明确主牵头", "assign cn-target-3 --lead 生态环境部"),
    "forecast": _decide("decisions:forecast", "预判能否按期完成，与亮灯并列显示", "forecast zj-task-6 at_risk --reason 资金未到位"),
    "baseline": _decide("decisions:baseline", "填写指标的基数和基期", "baseline zj-target-3.1 --value 12.4 --year 2020"),
    "milestone": _decide("decisions:milestone", "设定（或去掉）指标的年度目标、任务的节点",
                         "milestone zj-target-3.1 --date 2025年底 --value 18"),
    "link": _decide("decisions:link", "关联指标：同一数字只报一次，由几个指标合计，或取自协同指数",
                    "link zj-target-6.3 --sum zj-target-10.2 zj-target-15.1 zj-target-23.2"),
    "breakdown": Command("decisions:breakdown", "把事项分解到各市县，各有单位、目标值和时限", "定", "breakdown zj-target-12 --to cities",
                         COORDINATOR, UNDO, "change id ids ignored"),
    "check": Command("check:check", "供脚本和监控使用的状态检查", "查", "check all --json", READER, "", "status message rules"),
    "index": Group("减污降碳协同指数（浙江省方案附件2），结果为测算值", "查", {
        "form": Command("index:form", "导出指数数据填报表：每个数据来源单位一张", "查", "index form --year 2025 -o 指数/", READER, "",
                        "paths"),
        "import": Command("index:import_values", "导入指数数据：填回的填报表，或表头为 city,year,indicator,value,status 的长表", "查",
                          "index import 指数/省统计局.xlsx", COORDINATOR, UNDO, "new changed same errors ignored"),
        "list": _see("index:list_values", "列出指数数据", "index list --year 2025",
                     "tracker.actions.synergy_index:VALUE_FIELDS", "查"),
        "compute": _see("index:compute", "测算协同指数：得分、名次、较基准年变化，及名次的可靠程度",
                        "index compute --year 2025 --base-year 2020",
                        "tracker.actions.synergy_index:RESULT_FIELDS", "查"),
        "goalposts": Command("index:goalposts",
                             "把基准年各指标的最差值、最好值固定为标杆文件，供 index compute --goalposts 使用", "查",
                             "index goalposts --year 2020 -o 标杆.csv", READER),
        "log": Command("index:log", "把11市协同指数均值较基准年的变化填报到 zj-target-5.1", "查", "index log --year 2025",
                       COORDINATOR, UNDO, "change id date unit role state percent value note problem next before warnings"),
    }),
    "verify": _see("export:verify", "核对导出的工作簿：出自哪份台账、哪天、哪号改动，哪些单元格与导出时不同，台账此后有没有新内容",
                   "verify 周报.xlsx", "tracker.actions.verification:FIELDS", "查"),
    "export": Group("导出 Excel 和文件", "出", {
        "annex": Command("export:annex", "按方案附件版式导出清单", "出", "export annex --plan zj -o 附件.xlsx", READER, "", "path"),
        "report": Command("export_report:report", "导出工作报告（Excel）：周报、月报、季报、半年报、年报或任意时段", "出",
                          "export report --month 2026-11 -o 月报/", READER, UNDO, "path issue kind noted change"),
        "weekly": Command("export_report:weekly", "导出工作周报：概览、进展台账、逾期、临近、本周更新、延期、未填报单位、按单位统计", "出",
                          "export weekly --week 上周 -o 周报/", READER, UNDO, "path issue kind noted change"),
        "form": Command("export_forms:form", "导出填报表：预填上期数据，单位填好后用 import 收回", "出",
                        "export form --unit 省生态环境厅 -o 填报表/", READER, UNDO, "path units rows change"),
        "page": Command("export:page", "导出一个网页文件：总体情况、亮灯、目标进度、逾期和一周变化，可打印", "出",
                        "export page --plan zj -o 进展.html", READER, "", "path"),
        "reminders": Command("export_papers:reminders", "导出催办单：每个单位一份（Word 和文本，附事项清单），并在事项上留痕", "出",
                             "export reminders --plan zj -o 催办/", COORDINATOR, UNDO,
                             "change unit items overdue returned behind unreported due_soon round number files"),
        "bulletin": Command("export_papers:bulletin", "导出督办通报（Word）：总体情况、存在的问题、下步要求，附各表", "出",
                            "export bulletin --plan zj -o 通报.docx", READER, "", "path"),
        "slip": Command("export_papers:slip", "导出一个事项的审批表或交办单（Word），填好台账已有的内容", "出",
                        "export slip extend zj-task-6 -o 延期.docx", READER, "", "path"),
        "schedule": Command("export_forms:schedule", "导出进度安排表：基数、年度目标、起点和节点，填好后用 import 收回", "出",
                            "export schedule --plan zj -o 进度安排.xlsx", READER, "", "path"),
        "data": Command("export:data", "导出整个台账为文件：每张表一个 JSON Lines 和一个 CSV，可用 import 还原", "出",
                        "export data -o 台账数据/", READER, "", "path rows evidence missing partial"),
    }),
    "plan": Group("方案", "方案", {
        "list": _see("plan:list_plans", "列出方案", "plan list", "tracker.cli.commands.plan:FIELDS", "方案"),
        "show": _see("plan:show_plan", "一个方案的基本信息和各清单条数", "plan show zj", "tracker.cli.commands.plan:FIELDS", "方案"),
        "read": Command("plan:read", "读取方案或任务分解表，生成审核草稿", "方案", "plan read 实施方案.docx -o 草稿.xlsx", LOCAL,
                        "", "plan items"),
        "add": Command("plan:add", "检查并载入审核后的草稿，或随附的一个方案", "方案", "plan add 草稿.xlsx", COORDINATOR, UNDO,
                       "change plan items"),
        "new": Command("plan:new_plan", "新建空方案，随后用 item add 增加事项", "方案",
                       "plan new sd --title 山东省减污降碳协同增效实施方案 --region 山东省", COORDINATOR, UNDO, "change plan"),
        "diff": Command("plan:diff", "比较两个版本：增、删、改号、改文、改单位、改数字", "方案",
                        "plan diff zj 新版.docx", READER, "", "change kind old_id new_id field before after likeness"),
        "revise": Command("plan:revise", "把已载入的方案换成新版，编号、历史和进展不变", "方案", "plan revise zj 新版草稿.xlsx",
                          COORDINATOR, UNDO),
        "end": Command("plan:end", "结转：方案到期后关闭台账，各项保持现状，不再填报和亮灯", "方案",
                       "plan end zj --reason 规划期已满，未完成事项转入下一期方案", COORDINATOR, UNDO, "change plan date"),
        "remove": Command("plan:remove", "从台账中删除一个还没有人填报过的方案", "方案", "plan remove cn", COORDINATOR, UNDO,
                          "change plan"),
    }),
    "item": Group("方案之外的事项和更正", "方案", {
        "add": Command("item:add", "增加方案之外的事项", "方案", "item add zj task --text 完成年度评估 --lead 省生态环境厅 --due 年底",
                       COORDINATOR, UNDO, "change id ids new_units indicators reports errors ignored"),
        "import": Command("item:import_items", "从普通清单（Excel、WPS、CSV）增加事项", "方案", "item import zj task 清单.xlsx",
                          COORDINATOR, UNDO, "change id ids new_units indicators reports errors ignored"),
        "edit": Command("item:edit", "更正事项的文字和时限，原文留痕", "方案", "item edit zj-task-6 --due 2026-06-30", COORDINATOR, UNDO,
                        "change id before"),
        "retire": Command("item:retire", "停用不再推进的事项，历史保留", "方案", "item retire zj-task-6 --reason 并入其他事项",
                          COORDINATOR, UNDO, "change id"),
    }),
    "unit": Group("单位名录", "方案", {
        "list": _see("registry:list_units", "列出单位", "unit list --search 发改", "tracker.cli.commands.registry:UNIT_FIELDS", "方案"),
        "alias": Command("registry:alias_unit", "给单位增加别名，查找和填报时可用", "方案", "unit alias zj:省生态环境厅 省环保厅",
                         COORDINATOR, UNDO, "change unit alias"),
        "rename": Command("registry:rename_unit", "单位更名（机构改革）：历史留在原名下，工作转到新名下", "方案",
                          "unit rename zj:省经信厅 省工业和信息化厅", COORDINATOR, UNDO, "change old new"),
        "add": Command("registry:add_unit", "增加方案没有列出的单位，随后可用 assign 指定为牵头或参与单位", "方案",
                       "unit add 省数据局 --region zj", COORDINATOR, UNDO, "change unit"),
        "merge": Command("registry:merge_units", "单位合并：A 并入 B，合发一份催办单和填报表，各事项仍按所列名称显示", "方案",
                         "unit merge zj:省发展改革委（省能源局） zj:省发展改革委", COORDINATOR, UNDO, "change unit into"),
        "contact": Command("registry:contact_unit", "登记单位的联系人、电话和邮箱，用于催办单和邮件", "方案",
                           "unit contact zj:省科技厅 --person 王五 --phone 0571-1234", COORDINATOR, UNDO,
                           "change unit person phone email"),
    }),
    "region": Group("地区名录", "方案", {
        "list": _see("registry:list_regions", "列出地区及官方代码", "region list", "code name parent level", "方案"),
        "import": Command("registry:import_regions", "导入地区名录", "方案", "region import 县区.csv", COORDINATOR, UNDO, "new same"),
    }),
    "init": Command("init:init", "建立台账", "台账", "init --plan zj", OWNER, "不能撤销", "db created"),
    "demo": Command("init:demo", "另建演示台账：五个方案加虚构的进展，用来试用报表和网页", "台账", "demo --db 演示.sqlite3", LOCAL),
    "backup": Command("maintenance:backup", "备份台账（可在使用中进行）", "台账", "backup 备份/", FILE, "", "path"),
    "restore": Command("maintenance:restore", "从备份恢复台账（现有台账另存）", "台账", "restore 备份.sqlite3", FILE,
                       "不能撤销，原台账另存"),
    "doctor": Command("maintenance:doctor", "检查台账是否完好、历史是否被改过", "台账", "doctor", READER, "",
                      "clean changes head repaired backup findings"),
    "upgrade": Command("maintenance:upgrade", "把旧版台账升级到本程序的版本（先自动备份）", "台账", "upgrade", OWNER,
                       "不能撤销，有自动备份"),
    "db": Group("数据库服务器", "台账", {
        "copy": Command("db:copy", "把台账整个复制到另一处，并逐表核对一致", "台账", "db copy 台账.sqlite3 postgresql://服务器/tracker",
                        OWNER, "", "rows equal"),
        "grant": Command("db:grant", "授予登录名查看、填报或协调的权限", "台账", "db grant --login zhang --unit zj:省生态环境厅", OWNER,
                         "db revoke", "change login role units created"),
        "revoke": Command("db:revoke", "收回登录名的权限；登录名本身和已有的填报保留", "台账", "db revoke --login zhang", OWNER,
                          "db grant", "change login units"),
        "secure": Command("db:secure", "把服务器上台账的权限、策略、触发器和函数恢复为新建时的样子", "台账", "db secure", OWNER,
                          "", "changed readmit"),
    }),
    "config": Group("配置", "台账", {
        "show": Command("config:show_config", "显示生效的配置及其来源", "台账", "config show", LOCAL, "",
                        "tracker.cli.commands.config:FIELDS"),
        "set": Command("config:set_config", "设定一项配置，写入配置文件；判断参数写入台账", "台账", "config set unit 省生态环境厅",
                       LOCAL, "config unset", "key value path"),
        "unset": Command("config:unset_config", "去掉一项配置，恢复缺省值", "台账", "config unset unit", LOCAL, "config set",
                         "key value path"),
        "path": Command("config:path", "显示配置文件位置", "台账", "config path", LOCAL),
        "check": Command("config:check", "检查配置文件", "台账", "config check", LOCAL),
    }),
}  # fmt: skip
"""Every command, in the order of the help. A test holds each line against its function's docstring."""

ALIASES = {
    "总览": ("status",), "清单": ("list",), "查看": ("show",), "逾期": ("overdue",), "待办": ("todo",), "填报": ("log",),
    "导入": ("import",), "撤销": ("undo",), "检查": ("check",), "周报": ("export", "weekly"),
}  # fmt: skip
"""Commands that may be called in Chinese: those of every week."""
ROOT_OPTIONS = {
    "db": ("--db PATH|URL", "台账位置，也可写在各命令之后"),
    "no_color": ("--no-color", "不用颜色"),
    "debug": ("--debug", "出错时显示详细信息"),
    "version": ("--version", "显示版本"),
    "install_completion": ("--install-completion [SHELL]", "为 bash、zsh、fish 或 powershell 安装按 Tab 补全"),
    "show_completion": ("--show-completion [SHELL]", "只显示补全脚本"),
    "help": ("-h, --help", "显示本帮助"),
}
"""The program's own options by parameter: how they are written, and their help."""


def each_command() -> Iterator[tuple[str, Command]]:
    """Yield every command as it is called, members of groups behind their group."""
    for name, entry in COMMANDS.items():
        if isinstance(entry, Group):
            yield from ((f"{name} {member}", each) for member, each in entry.members.items())
        else:
            yield name, entry


def spelled(words: Sequence[str]) -> list[str]:
    """Return a command line in one spelling: Chinese names as the commands they stand for, `help CMD` as `CMD --help`."""
    words = list(words)
    place = command_place(words)
    if place is None:
        return words
    if words[place] in ("help", "帮助"):
        return [*words[:place], *spelled(words[place + 1 :]), "--help"]
    return [*words[:place], *ALIASES.get(words[place], (words[place],)), *words[place + 1 :]]


def command_place(words: Sequence[str]) -> int | None:
    """Return where in a command line the command stands, whatever options of the program stand before it; None for nowhere."""
    place = 0
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] == "--db" else 1
    return place if place < len(words) else None


def near(name: str, names: Sequence[str]) -> list[str]:
    """Return what was probably meant by a name that does not exist: those that begin alike first, at most two."""
    from difflib import get_close_matches

    wanted = name.lower()
    begun = [each for each in names if each.startswith(wanted) or wanted.startswith(f"{each}-")]
    alike = get_close_matches(wanted, names, n=2, cutoff=0.6)
    return list(dict.fromkeys((*begun, *alike)))[:2]


def about(word: str) -> list[str]:
    """Return the commands whose help has a Chinese word (催办, 备份), those that begin with it first; at most two."""
    if len(word) < 2 or word.isascii():  # noqa: PLR2004 - one character stands in every help
        return []
    found = {full: each.help.index(word) for full, each in each_command() if word in each.help}
    return sorted(found, key=lambda full: found[full])[:2]


def elsewhere(name: str) -> list[str]:
    """Return the commands of that name which stand in a group: weekly is export weekly; at most two, exports first."""
    found = [full for full, _ in each_command() if full.partition(" ")[2] == name]
    return sorted(found, key=lambda full: not full.startswith("export "))[:2]
