"""Taking one command back, which is itself a change (docs/contract.md)."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from tracker.errors import Refused
from tracker.ledger.terms import STATEMENTS, STATES
from tracker.ledger.values import shorten
from tracker.store.change_log import (
    Change,
    Touched,
    codes_of,
    later_statements,
    load_change,
    load_undoes,
    root_of,
    roots,
    said_in,
    said_of_ledger,
    touched_by,
    undone_changes,
)
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.history import latest_change_of
from tracker.store.row_values import decision_of


def target_of(connection: Connection, change: int | None, by: str) -> Change:
    """Return the change a person wants to take back: the one named, or the last of their own."""
    if change is None:
        change = latest_change_of(connection, by)
        if change is None:
            raise Refused(f"{by} 没有可以撤销的改动；指定他人的改动请写编号（见 tracker history）")
    found = load_change(connection, change)
    if found is None:
        raise Refused(f"没有第 {change} 号改动；编号见 tracker history")
    return found


def taken_back(connection: Connection, target: Change) -> list[str]:
    """Return what a change said, a line each; of an undo, what the change said that its chain of undoes is about."""
    change = root_of(connection, target.id)
    said: list[tuple[str, int | None, str]] = [
        *((code, n, _report_words(*words)) for code, n, *words in said_in(connection, change, "report", *_SAID)),
        *((code, n, STATEMENTS.get(kind, str(kind))) for code, n, kind in said_in(connection, change, "event", "kind")),
        *((code, n, f"佐证材料“{shorten(name)}”") for code, n, name in said_in(connection, change, "evidence", "name")),
    ]
    lines = [f"{code if n is None else f'{code}.{n}'} {words}" for code, n, words in said]
    return lines + [
        _ledger_words(kind, data, decision_of(kind, data)) for kind, data in said_of_ledger(connection, change)
    ]


def _ledger_words(kind: str, text: str, data: Mapping[str, Any] | None) -> str:
    """Say in words what a change stated about the ledger itself."""
    if data is None:
        return f"{STATEMENTS.get(kind, kind)} {shorten(text)}"
    added = [*data.get("plans", ()), *data.get("ids", ())] if kind == "add" else []
    more = f" 等 {len(added)} 个" if len(added) > _NAMED else ""
    sent = "、".join(map(str, data["units"])) if kind == "form" else ""
    pattern = {
        "end": "{what}方案 {plan}（{reason}）", "remove": "{what} {plan}", "unit": "{what} {region}:{name}",
        "merge": "{what}：{of} 并入 {name}", "rename": "{what}：{region}:{old} → {new}", "alias": "{what}：{of} 又名 {alias}",
        "contact": "{what}：{of}", "config": "{what} {figure} = {value}", "add": "{what} {added}",
        "form": "{what}的记录：{sent}", "grant": "{what} {login}", "revoke": "{what} {login}",
    }.get(kind, "{what}")  # fmt: skip
    named = "、".join(map(str, added[:_NAMED])) + more
    return pattern.format(**data, what=STATEMENTS.get(kind, kind), added=named, sent=sent)


_NAMED = 3
"""How much of what was added is named in a line."""


_SAID = ("state", "percent", "value", "note", "problem", "next")


def _report_words(*said: str | None) -> str:
    state, percent, value, *texts = said
    parts = [
        state and STATES.get(state, state), percent and f"完成率 {percent}%", value and f"现值 {value}",
        *(text and f"“{shorten(text)}”" for text in texts),
    ]  # fmt: skip
    return "，".join(part for part in parts if part) or "填报"


def hold(shown: Change, found: Change) -> Change:
    """Return a change that is still the one that was shown; a number alone may be another's in a ledger that was restored."""
    if shown.hash != found.hash:
        raise Refused(
            f"第 {shown.id} 号改动已不是刚才显示的那一次（台账其间被恢复或替换）；请运行 tracker history 核对后重来"
        )
    return found


def undo(changeset: Changeset, targets: Sequence[Change]) -> list[str]:
    """Add to a changeset that changes no longer hold, the newest first, beside it for each further one; return the items they touched.

    Raises Refused when one was already taken back, when it cannot be (init), or when a later change that still holds
    stands on it, because it touched the same item or indicator.
    """
    undone, taken = undone_changes(changeset.connection), set[int]()
    items: dict[str, None] = {}
    for target in sorted(targets, key=attrgetter("id"), reverse=True):
        into = changeset if changeset.undoes is None else changeset.another(changeset.author)
        items.update(dict.fromkeys(_take_back(into, target, undone | taken, taken)))
        taken.add(target.id)
    return list(items)


def _take_back(changeset: Changeset, target: Change, undone: set[int], taken: set[int]) -> list[str]:
    """Add that one change no longer holds; undone do not hold by then, taken are those of them that go at the same time."""
    connection = changeset.connection
    if target.id in undone:
        raise Refused(f"第 {target.id} 号改动（{target.command}）已经撤销过")
    if target.command in ("init", "upgrade", "restore"):
        raise Refused(f"第 {target.id} 号改动（{target.command}）不能撤销")
    if target.command in _OPPOSITES:
        raise Refused(
            f"第 {target.id} 号改动（{target.command}）不能撤销；请用相反的命令：{_OPPOSITES[target.command]}"
        )
    touched = touched_by(connection, root_of(connection, target.id))
    _refuse_if_stood_upon(connection, target, touched, undone)
    _refuse_if_moved_below(connection, target, touched, taken)
    changeset.undoes = target.id
    for key in {key for key, _ in touched if key is not None}:
        changeset.touch(key)
    return codes_of(connection, {key for key, _ in touched})


_OPPOSITES = {
    "db grant": "tracker db revoke 收回权限",
    "db revoke": "tracker db grant 重新授权",
}
"""What is also a matter of the server, and so not taken back by a ledger alone."""


def _refuse_if_stood_upon(connection: Connection, target: Change, touched: Touched, undone: set[int]) -> None:
    for item, n in touched:
        if item is None:
            continue
        for later in later_statements(connection, item, target.id):
            if later.change not in undone and (n is None or later.n in (None, n)):
                raise Refused(
                    f"第 {target.id} 号改动不能撤销：其后第 {later.change} 号改动（{later.command}）也改了 {later.item}；"
                    f"请先撤销第 {later.change} 号"
                )


def _refuse_if_moved_below(connection: Connection, target: Change, touched: Touched, taken: set[int]) -> None:
    """Refuse where an earlier change was taken back, or put back, since: what comes back would not be what was there."""
    chain = load_undoes(connection)
    moved = _out_of_force(chain) ^ _out_of_force([row for row in chain if row[0] <= target.id])
    later = (
        (other, root)
        for other, root in roots(connection).items()
        if other > target.id > root and root in moved and other not in taken
    )
    # The last undo of each change is named; how often it went to and fro before does not matter.
    for root, other in {root: undo for undo, root in later}.items():
        if _meet(touched, touched_by(connection, root)):
            raise Refused(
                f"第 {target.id} 号改动不能撤销：其后第 {other} 号改动（undo）动了更早的第 {root} 号；请先撤销第 {other} 号"
            )


def _out_of_force(chain: Iterable[tuple[int, int]]) -> set[int]:
    """Return the changes that do not hold, from the undoes, newest first."""
    gone: set[int] = set()
    for change, undoes in chain:
        if change not in gone:
            gone.add(undoes)
    return gone


def _meet(some: Touched, others: Touched) -> bool:
    return any(one == item and (n is None or m in (None, n)) for one, n in some for item, m in others)
