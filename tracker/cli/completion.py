"""Completion of commands, options, ids, units, plans and rules at a shell's Tab, and the scripts that ask for it.

A shell hands over the line up to the cursor. What goes wrong here is kept quiet: a person who presses Tab has asked nothing.
Nothing is made, nobody is asked for a password, and a ledger that does not answer within a second is done without.
"""

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tracker.cli import output
from tracker.cli.command_table import (
    ALIASES,
    COMMANDS,
    ROOT_OPTIONS,
    Command,
    Group,
    command_place,
    each_command,
    spelled,
)
from tracker.cli.context import context
from tracker.errors import Refused, Unclear, reason_of
from tracker.ledger.terms import FORECASTS, KINDS, LIGHTS, PLAN_STATUS, PRINTED_STATUS, STATES
from tracker.plans.codes import SHIPPED

ASKED, LINE = "_TRACKER_COMPLETE", "_TRACKER_LINE"
"""The variables by which a shell asks (complete_bash, …), and in which it hands over the line up to the cursor."""
PATIENCE = 1.0
"""Seconds after which a ledger is done without."""
MOST = 400
"""Candidates of one kind that are offered."""
Candidates = Iterable[tuple[str, str]]
_LISTS: Candidates = [(kind, name) for kind, name in KINDS.items() if kind != "aim"]
_ARGUMENTS: dict[str, tuple[str | Candidates, ...]] = {
    **dict.fromkeys(
        ("show", "explain", "log", "complete", "close", "return", "reopen", "extend", "assign", "baseline", "milestone", "link",
         "breakdown", "history", "item edit", "item retire"), ("ids",),
    ),
    **dict.fromkeys(("plan show", "plan revise", "plan diff", "plan end", "plan remove"), ("plans",)),
    **dict.fromkeys(("item add", "item import"), ("plans", _LISTS)),
    **dict.fromkeys(("unit alias", "unit rename", "unit contact"), ("units",)),
    "unit merge": ("units", "units"),
    "forecast": ("ids", FORECASTS.items()),
    "export slip": ((("extend", "延期申请审批表"), ("close", "销号申请审批表"), ("assign", "交办单")), "ids"),
    "check": ("rules",),
    "plan add": (SHIPPED.items(),),
}  # fmt: skip
"""What the arguments of a command are, one after another; ids and rules may be several."""
_WORDS: dict[str, Candidates] = {
    "--kind": KINDS.items(), "--light": LIGHTS.items(), "--state": STATES.items(),
    "--role": (("lead", "牵头"), ("participant", "参与")),
    "--group": (("plan", "方案"), ("unit", "单位"), ("chapter", "章节"), ("region", "地区")),
}  # fmt: skip
_OF_SETTINGS: dict[str, Candidates] = {
    "evidence_required": (("true", "是"), ("false", "否")),
    "report_every": (("week", "周"), ("month", "月"), ("quarter", "季"), ("year", "年")),
}
_OF_COMMANDS: dict[tuple[str, str], Candidates] = {
    ("init", "--plan"): SHIPPED.items(),
    ("breakdown", "--to"): (("cities", "设区市"), ("counties", "县市区")),
    ("breakdown", "--rule"): (("sum", "合计"), ("mean", "加权平均"), ("met", "达标占比"), ("min", "最小值")),
    ("db grant", "--role"): (("reader", "查看"), ("reporter", "填报"), ("coordinator", "协调")),
    ("plan new", "--status"): [(status, PLAN_STATUS[status]) for status in PRINTED_STATUS],
    ("region list", "--level"): (("province", "省"), ("city", "设区市"), ("county", "县市区")),
    ("history", "--command"): [(name, entry.help) for name, entry in each_command() if entry.undo and " " not in name],
}
"""Words that an option takes in one command only."""
_UNIT_OPTIONS = ("--unit", "--lead", "--participant", "--main")
_ID_OPTIONS = ("--same-as", "--sum", "--parent", "--id")


def answer(environ: Mapping[str, str]) -> None:
    """Write what may stand at the cursor, in the form that the asking shell reads; nothing where there is nothing, or an error."""
    shell = environ[ASKED].rpartition("_")[2]
    try:
        words, part = _split(
            environ.get(LINE) or environ.get("_TYPER_COMPLETE_ARGS") or "", escape="" if shell == "powershell" else "\\"
        )
        found = [(value, text) for value, text in candidates(words, part) if value.startswith(part)]
        lines = [_FORMS.get(shell, _value_only)(value, text, part) for value, text in found[:MOST]]
        if lines:
            output.block("\n".join(lines) + "\n")
    except BaseException:  # noqa: BLE001, S110 - whatever happens, the line that is being typed is left alone
        pass


def _split(line: str, escape: str) -> tuple[list[str], str]:
    """Return the whole words of a line behind the program's name, and the one that is being typed; escape: the shell's sign."""
    reader = shlex.shlex(line, posix=True, punctuation_chars=False)
    reader.whitespace_split, reader.commenters, reader.escape = True, "", escape
    try:
        words = list(reader)
    except ValueError:
        words = line.split()
    if line[-1:].isspace() or not line:
        words.append("")
    return words[1:-1], words[-1] if len(words) > 1 else ""


def _value_only(value: str, text: str, part: str) -> str:
    """Write a candidate for bash, which breaks words at : @ = and wants only what comes behind the last of them."""
    del text
    behind = max(part.rfind(sign) for sign in ":@=") + 1
    return value[behind:]


def _described(value: str, text: str, part: str) -> str:
    del part
    return f"{value}\t{text}"


def _for_zsh(value: str, text: str, part: str) -> str:
    del part
    return value.replace(":", "\\:") + f":{text}"


_FORMS = {"bash": _value_only, "zsh": _for_zsh, "fish": _described, "powershell": _described}


def candidates(words: Sequence[str], part: str) -> Candidates:
    """Return what may stand behind these words, each with a few words on it; part is what is typed of it so far."""
    if words and words[-1] == "--db":
        return ()
    words = spelled(words[1:] if words[:1] in (["help"], ["帮助"]) else words)
    place = command_place(words)
    if place is None:
        return _first(part)
    name, entry, rest = words[place], COMMANDS.get(words[place]), list(words[place + 1 :])
    if isinstance(entry, Group):
        if not rest:
            return ((member, each.help) for member, each in entry.members.items())
        name, entry = f"{name} {rest[0]}", entry.members.get(rest.pop(0))
    if entry is None:
        return ()
    last = rest[-1] if rest else ""
    if part.startswith("-"):
        return _options(name, entry)
    if last.startswith("-"):
        found = _of_option(name, last, part, _db(words, rest))
        if found is not None or _takes_a_value(name, entry, last):
            return found or ()
    return _of_argument(name, rest, part, _db(words, rest))


def _first(part: str) -> Candidates:
    if part.startswith("-"):
        return [
            (name, text)
            for written, text in ROOT_OPTIONS.values()
            for name in written.split()[:1]
            if name.startswith("--")
        ]
    named = [(name, entry.help) for name, entry in COMMANDS.items()]
    chinese = [(alias, " ".join(full)) for alias, full in ALIASES.items()] if not part.isascii() else []
    return [*named, ("help", "命令的用法"), *chinese]


def _db(words: Sequence[str], rest: Sequence[str]) -> str | None:
    """Return the ledger that the line names."""
    for line in (rest, words):
        if "--db" in line[:-1]:
            return line[list(line).index("--db") + 1]
    return None


def _options(name: str, entry: Command) -> Candidates:
    from tracker.cli.app import load

    params = load(name.rpartition(" ")[2], entry).params
    return [(option, param.help or "") for param in params for option in param.opts if option.startswith("--")]


def _takes_a_value(name: str, entry: Command, option: str) -> bool:
    from tracker.cli.app import load

    return any(option in param.opts and not param.is_flag for param in load(name.rpartition(" ")[2], entry).params)


def _of_option(name: str, option: str, part: str, db: str | None) -> Candidates | None:
    """Return the values of an option of a command; None where it has none of its own."""
    if (name, option) in _OF_COMMANDS:
        return _listed(part, _OF_COMMANDS[name, option])
    if option == "--plan":
        return _listed(part, plans(db))
    if option in _UNIT_OPTIONS:
        return _listed(part, units(db, part))
    if option in _ID_OPTIONS:
        return _listed(part, ids(db, part))
    if option == "--rule":
        return rules()
    return _listed(part, _WORDS[option]) if option in _WORDS else None


def _of_argument(name: str, rest: Sequence[str], part: str, db: str | None) -> Candidates:
    if name in ("config set", "config unset"):
        return settings() if not rest else of_setting(rest[-1], part, db) if name == "config set" else ()
    kinds = _ARGUMENTS.get(name, ())
    place = next((place for place, word in enumerate(rest) if word.startswith("-")), len(rest))
    kind = kinds[place] if place < len(kinds) else kinds[-1] if kinds[-1:] in (("ids",), ("rules",)) else ()
    if not isinstance(kind, str):
        return kind
    if kind == "ids":
        return _listed(part, ids(db, part))
    if kind == "units":
        return units(db, part)
    return plans(db) if kind == "plans" else [*rules(), ("all", "全部规则")]


def settings() -> Candidates:
    """Return what can be set: a person's own settings and the ledger's parameters of judgement."""
    from tracker.actions.parameter_settings import MEANINGS
    from tracker.settings import SETTINGS

    return [*((each.key, each.meaning) for each in SETTINGS), *MEANINGS.items()]


def of_setting(key: str, part: str, db: str | None) -> Candidates:
    """Return the values of a setting, as far as they can be listed."""
    if key == "plan":
        return plans(db)
    if key in ("unit", "issuer"):
        return units(db, part)
    return _OF_SETTINGS.get(key, ())


def _listed(part: str, found: Candidates) -> Candidates:
    """Return candidates for the last of several values: zj-task-6,zj-task-9."""
    before = part[: part.rfind(",") + 1]
    return [(before + value, text) for value, text in found]


def rules() -> Candidates:
    """Return the rules of `check`."""
    from tracker.actions.checks import RULES

    return [(rule.name, rule.label) for rule in RULES.values()]


def ids(db: str | None, part: str) -> Candidates:
    """Return the items whose ids begin with what is typed, and the indicators of one that is typed whole, with their titles."""
    from tracker.store.registry import ids_beginning

    return _asked(db, lambda connection: ids_beginning(connection, part.rpartition(",")[2].lower(), MOST))


def plans(db: str | None) -> Candidates:
    """Return the plans by code, with their titles."""
    from tracker.store.registry import plan_heads

    return _asked(db, lambda connection: [(plan["code"], plan["title"]) for plan in plan_heads(connection)])


def units(db: str | None, part: str) -> Candidates:
    """Return the units whose names begin with what is typed, with the plan whose region is theirs."""
    from tracker.store.registry import load_units

    wanted = part.rpartition(",")[2]
    found = _asked(db, lambda connection: [
        (name, unit.region) for unit in load_units(connection) for name in (unit.name, unit.full_name) if name.startswith(wanted)
    ])  # fmt: skip
    regions: dict[str, list[str]] = {}
    for name, region in found:
        if (":" in name) == (":" in wanted):
            regions.setdefault(name, []).append(region)
    return [(name, "、".join(among)) for name, among in regions.items()]


def _asked(db: str | None, ask: Any) -> list[tuple[str, str]]:
    """Ask the ledger, if there is one and it answers soon."""
    from tracker.store.connection import reading

    os.environ.setdefault("PGCONNECT_TIMEOUT", "1")
    location = context.location(db)
    if location.is_sqlite and not location.exists():
        return []
    with _patience(), reading(location) as connection:
        return [(value, " ".join(text.split())[:60]) for value, text in ask(connection)]


class _patience:  # noqa: N801 - used as a word
    """Break off after `PATIENCE`, where the system can."""

    def __enter__(self) -> None:
        import signal

        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, _break_off)
            signal.setitimer(signal.ITIMER_REAL, PATIENCE)

    def __exit__(self, *_: object) -> None:
        import signal

        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)


def _break_off(*_: object) -> None:
    raise TimeoutError


SCRIPTS = {
    "bash": """\
_tracker_completion() {
    local IFS=$'\\n'
    COMPREPLY=($(_TRACKER_COMPLETE=complete_bash _TRACKER_LINE="${COMP_LINE:0:COMP_POINT}" "$1" 2>/dev/null))
}
complete -o bashdefault -o default -F _tracker_completion tracker
""",
    "zsh": """\
#compdef tracker
_tracker() {
    local -a lines
    lines=("${(@f)$(_TRACKER_COMPLETE=complete_zsh _TRACKER_LINE="${(j: :)words[1,CURRENT]}" ${words[1]} 2>/dev/null)}")
    if [[ -n "$lines[1]" ]]; then
        _describe -V tracker lines
    else
        _files
    fi
}
if [[ "$funcstack[1]" == "_tracker" ]]; then
    _tracker "$@"
else
    compdef _tracker tracker
fi
""",
    "fish": """\
function __tracker_complete
    set -l found (env _TRACKER_COMPLETE=complete_fish _TRACKER_LINE=(commandline -cp | string collect) tracker 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete --command tracker --no-files --arguments '(__tracker_complete)'
""",
    "powershell": """\
Register-ArgumentCompleter -Native -CommandName tracker -ScriptBlock {
    param($word, $ast, $cursor)
    $line = $ast.ToString()
    $length = $cursor - $ast.Extent.StartOffset
    if ($length -gt $line.Length) { $line = $line + ' ' } else { $line = $line.Substring(0, $length) }
    $env:_TRACKER_COMPLETE = 'complete_powershell'
    $env:_TRACKER_LINE = $line
    tracker 2>$null | ForEach-Object {
        $value, $text = $_ -split "`t", 2
        if (-not $text) { $text = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $text)
    }
    Remove-Item Env:_TRACKER_COMPLETE
    Remove-Item Env:_TRACKER_LINE
}
""",
}
_PLACES = {
    "bash": (".bash_completions/tracker.sh", ".bashrc", 'source "$HOME/.bash_completions/tracker.sh"'),
    "zsh": (".zfunc/_tracker", ".zshrc", "fpath+=~/.zfunc; autoload -Uz compinit; compinit"),
    "fish": (".config/fish/completions/tracker.fish", None, ""),
}
"""For each shell the script's file, the file that reads it, and the line by which it does; below the home folder."""


def set_up(words: Sequence[str]) -> None:
    """Install the completion of a shell, or show its script (--show-completion); the person's own shell where none is named."""
    option, shell = words[0], words[1] if len(words) > 1 else _own_shell()
    if shell in ("pwsh", "powershell.exe", "pwsh.exe"):
        shell = "powershell"
    if shell not in SCRIPTS or len(words) > 2:  # noqa: PLR2004 - the option and its shell
        raise Unclear(f"{option} 之后请写 {'、'.join(SCRIPTS)} 之一")
    if option == "--show-completion" or shell not in _PLACES:
        output.block(SCRIPTS[shell])
        if option != "--show-completion":
            output.message(
                "请把以上内容加到 PowerShell 的 $PROFILE 文件末尾（notepad $PROFILE），重新打开 PowerShell 后按 Tab 补全"
            )
        return
    output.line(f"已安装 {shell} 的补全：{'、'.join(map(str, _install(shell)))}；重新打开终端后按 Tab 补全")


def _own_shell() -> str:
    return "powershell" if os.name == "nt" else Path(context.environ.get("SHELL") or "sh").name


def _install(shell: str) -> Iterator[Path]:
    """Write the script where the shell looks for it, and once the line that reads it."""
    script, reader, line = _PLACES[shell]
    home = Path(context.environ.get("HOME") or Path.home())
    target = home / script
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(SCRIPTS[shell], encoding="utf-8")
        yield target
        if reader is not None:
            start = home / reader
            text = start.read_text(encoding="utf-8", errors="surrogateescape") if start.exists() else ""
            if line not in text:
                start.write_text(f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{line}\n", encoding="utf-8",
                                 errors="surrogateescape")  # fmt: skip
            yield start
    except OSError as error:
        raise Refused(f"无法写入 {error.filename}：{reason_of(error)}") from None
