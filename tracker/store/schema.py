"""The tables, as SQLModel classes: the one statement of them. A command that starts quickly never imports this module.

`python -m tools.schema` writes from it the rows and column lists of `store.row_types` and the SQL of both engines, from which a
new ledger is made (docs/architecture.md says how to add a column). Parents stand before children.

Every date is ISO text (YYYY-MM-DD), every moment UTC text (YYYY-MM-DDTHH:MM:SS.ffffffZ), every measured figure the exact
decimal as text: text sorts as it should, is the same on SQLite and PostgreSQL, and copies without loss.

Rows of append-only tables are neither changed nor removed: triggers refuse it. Every column is a fact of a plan, stated by a
change, or derived from what is stated and can be rebuilt (`store.integrity.hashes`).
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.store.row_values import RULES

APPEND_ONLY = {"info": {"append_only": True}}
"""Ends the arguments of a table whose rows are history."""


def _key(target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(Integer, ForeignKey(target), nullable=nullable, index=index)


def _added_by(*, index: bool = False) -> Column[int]:
    """The change that added a row: written after it, because its hash covers the row."""
    return Column(Integer, ForeignKey("change.id", deferrable=True, initially="DEFERRED"), nullable=True, index=index)


def _rules(table: str) -> tuple[CheckConstraint, ...]:
    """Return what the columns of a table of history may hold (`store.row_values`), in the words of each engine."""
    return tuple(
        CheckConstraint(form.condition(column, engine), name=f"{table}_{column}_form").ddl_if(dialect=engine)
        for engine in ("sqlite", "postgresql")
        for column, form in RULES[table].items()
    )


def _partial_index(name: str, condition: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


class Ledger(SQLModel, table=True):
    """Facts about the ledger itself: its identity, the version of its data, the newest date in it."""

    name: str = Field(sa_type=Text, primary_key=True)
    value: str = Field(sa_type=Text)


class Change(SQLModel, table=True):
    """One command that wrote: who, when, what. hash chains it, and all it wrote, to the change before (append-only)."""

    __table_args__ = (*_rules("change"), APPEND_ONLY)
    id: int | None = Field(default=None, primary_key=True)
    at: str = Field(sa_type=Text)
    by: str = Field(sa_type=Text)
    login: str = Field(sa_type=Text)
    unit: str | None = Field(default=None, sa_type=Text)
    command: str = Field(sa_type=Text)
    detail: str | None = Field(default=None, sa_type=Text)
    undoes: int | None = Field(default=None, sa_column=_key("change.id", nullable=True, index=True))
    hash: str = Field(sa_type=Text)


class Plan(SQLModel, table=True):
    """A published document (方案). withdrawn is the undo that took back its addition, 0 while it stands."""

    __table_args__ = (UniqueConstraint("code", "withdrawn"), Index("ix_plan_place", text("substr(region, 1, 2)")))
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_type=Text)
    added_by: int | None = Field(default=None, sa_column=_added_by())
    withdrawn: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    title: str = Field(sa_type=Text)
    region: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    period_start: str = Field(sa_type=Text)
    issued_on: str | None = Field(default=None, sa_type=Text)
    document_number: str | None = Field(default=None, sa_type=Text)
    issuers: str | None = Field(default=None, sa_type=Text)
    rider: str | None = Field(default=None, sa_type=Text)
    annex_label: str | None = Field(default=None, sa_type=Text)
    annex_title: str | None = Field(default=None, sa_type=Text)
    annex_note: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    # derived
    revision: int = Field(default=1, sa_column=Column(Integer, nullable=False, server_default=text("1")))
    in_ledger: str | None = Field(default=None, sa_type=Text)
    used_on: str | None = Field(default=None, sa_type=Text)
    ended_on: str | None = Field(default=None, sa_type=Text)


class Region(SQLModel, table=True):
    """A province, city or county, with its official code."""

    code: str = Field(sa_type=Text, primary_key=True)
    name: str = Field(sa_type=Text, index=True)
    parent: str | None = Field(default=None, sa_column=Column(Text, ForeignKey("region.code"), index=True))
    level: str = Field(sa_type=Text)


class Unit(SQLModel, table=True):
    """An organisation of one region, whom to ask in it, and the one into which it was merged."""

    __table_args__ = (UniqueConstraint("region", "name"), Index("ix_unit_called", "name"))
    id: int | None = Field(default=None, primary_key=True)
    region: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    contact_person: str | None = Field(default=None, sa_type=Text)
    contact_phone: str | None = Field(default=None, sa_type=Text)
    contact_email: str | None = Field(default=None, sa_type=Text)
    merged_into: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("unit.id", deferrable=True, initially="DEFERRED"))
    )


class UnitName(SQLModel, table=True):
    """Another name by which a unit is found: an alias (its own other name) or a member (a unit inside it)."""

    __tablename__ = "unit_name"
    __table_args__ = (
        UniqueConstraint("unit_id", "kind", "name"),
        Index("ix_unit_name_called", "name"),
        CheckConstraint("kind IN ('alias', 'member')"),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(sa_column=_key("unit.id", index=True))
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)


class Access(SQLModel, table=True):
    """A login of a server as a member of the ledger: its role, a reporter a row for each of its units.

    place is the database in which it was granted (`store.postgres.members.place`); in any other, such as one restored from a
    dump, the row is in force for nobody.
    """

    __table_args__ = (CheckConstraint("role IN ('reader', 'reporter', 'coordinator')"),)
    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(sa_type=Text, index=True)
    role: str = Field(sa_column=Column(Text, nullable=False, server_default="reporter"))
    unit_id: int | None = Field(default=None, sa_column=_key("unit.id", nullable=True))
    place: str = Field(sa_column=Column(Text, nullable=False, server_default=""))


class Item(SQLModel, table=True):
    """A row of a plan: what the document says, then what is derived."""

    __table_args__ = (
        UniqueConstraint("code", "withdrawn"),
        _partial_index("ix_item_overdue_due", "overdue_due IS NOT NULL AND withdrawn = 0",
                       "overdue_due", "plan_id", "position", "id", "overdue_from", "withdrawn"),
        _partial_index("ix_item_plan_overdue", "overdue_from IS NOT NULL AND withdrawn = 0",
                       "plan_id", "overdue_from", "before_ledger", "withdrawn"),
        _partial_index("ix_item_next_due_last", "next_due_last IS NOT NULL AND withdrawn = 0", "next_due_last", "withdrawn"),
        _partial_index("ix_item_next_due_first", "next_due_first IS NOT NULL AND withdrawn = 0", "next_due_first", "next_due_last",
                       "withdrawn"),
        _partial_index("ix_item_extended", "extensions > 0 AND withdrawn = 0", "plan_id", "extensions", "withdrawn", "retired_on"),
        _partial_index("ix_item_stale", "stale = 1", "stale"),
        _partial_index("ix_item_needs_judging", "needs_judging > 0", "needs_judging"),
        CheckConstraint("kind IN ('target', 'task', 'policy', 'aim')"),
        CheckConstraint("state IN ('not_started', 'in_progress', 'completed', 'closed')"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_type=Text)
    plan_id: int = Field(sa_column=_key("plan.id", index=True))
    kind: str = Field(sa_type=Text)
    number: int
    region: str | None = Field(default=None, sa_type=Text)
    parent_id: int | None = Field(default=None, sa_column=_key("item.id", nullable=True, index=True))
    added_by: int | None = Field(default=None, sa_column=_added_by(index=True))
    withdrawn: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    position: int
    chapter: str | None = Field(default=None, sa_type=Text)
    section: str | None = Field(default=None, sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    text: str = Field(sa_type=Text)
    source: str | None = Field(default=None, sa_type=Text)
    responsibility: str = Field(sa_type=Text)
    open_ended: int = Field(default=0)
    lead_cell: str | None = Field(default=None, sa_type=Text)
    participant_cell: str | None = Field(default=None, sa_type=Text)
    original_due: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    start: str | None = Field(default=None, sa_type=Text)
    # derived
    due: str | None = Field(default=None, sa_type=Text)
    state: str = Field(default="not_started", sa_type=Text)
    percent: str | None = Field(default=None, sa_type=Text)
    completed_on: str | None = Field(default=None, sa_type=Text)
    completed_by: str | None = Field(default=None, sa_type=Text)
    closed_on: str | None = Field(default=None, sa_type=Text)
    forecast: str | None = Field(default=None, sa_type=Text)
    last_report_id: int | None = Field(default=None, sa_column=Column(Integer))
    assigned: int = Field(default=0)
    edited: str | None = Field(default=None, sa_type=Text)
    retired_on: str | None = Field(default=None, sa_type=Text)
    stale: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    completed_unit: str | None = Field(default=None, sa_type=Text)
    unmet: str | None = Field(default=None, sa_type=Text)
    returned: str | None = Field(default=None, sa_type=Text)
    owing_since: str | None = Field(default=None, sa_type=Text)
    extensions: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    reported_on: str | None = Field(default=None, sa_type=Text)
    reported_entered: str | None = Field(default=None, sa_type=Text)
    milestones: str | None = Field(default=None, sa_type=Text)
    came_in: str | None = Field(default=None, sa_type=Text)
    # how it stands on later days (`tracker.ledger.light_schedule`), read by `store.aggregates.overview` and `store.aggregates.deadlines`
    overdue_from: str | None = Field(default=None, sa_type=Text)
    overdue_due: str | None = Field(default=None, sa_type=Text)
    before_ledger: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    next_due_first: str | None = Field(default=None, sa_type=Text)
    next_due_last: str | None = Field(default=None, sa_type=Text)
    unreported_from: str | None = Field(default=None, sa_type=Text)
    unreported_until: str | None = Field(default=None, sa_type=Text)
    awaiting_from: str | None = Field(default=None, sa_type=Text)
    awaiting_until: str | None = Field(default=None, sa_type=Text)
    unassessable_until: str | None = Field(default=None, sa_type=Text)
    unverified: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    needs_judging: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    needs_judging_from: str | None = Field(default=None, sa_type=Text)
    achieved: str | None = Field(default=None, sa_type=Text)
    light: str | None = Field(default=None, sa_type=Text)
    light_2_from: str | None = Field(default=None, sa_type=Text)
    light_2: str | None = Field(default=None, sa_type=Text)
    light_3_from: str | None = Field(default=None, sa_type=Text)
    light_3: str | None = Field(default=None, sa_type=Text)
    light_4_from: str | None = Field(default=None, sa_type=Text)
    light_4: str | None = Field(default=None, sa_type=Text)
    light_5_from: str | None = Field(default=None, sa_type=Text)
    light_5: str | None = Field(default=None, sa_type=Text)


class Responsibility(SQLModel, table=True):
    """A unit's part in an item. Rows of the plan stay; rows of an assignment replace them while active is 1."""

    __table_args__ = (
        Index("ix_responsibility_item", "item_id", "role", "position"),
        Index("ix_responsibility_unit", "unit_id", "item_id"),
        CheckConstraint("role IN ('lead', 'participant')"),
        CheckConstraint("origin IN ('plan', 'assigned')"),
    )
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(sa_column=_key("item.id"))
    unit_id: int = Field(sa_column=_key("unit.id"))
    role: str = Field(sa_type=Text)
    printed: str = Field(sa_type=Text)
    position: int
    origin: str = Field(sa_type=Text)
    # derived
    active: int = Field(default=1)
    reported_on: str | None = Field(default=None, sa_type=Text)
    reported_entered: str | None = Field(default=None, sa_type=Text)
    main_lead: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    answered_until: str | None = Field(default=None, sa_type=Text)
    named_on: str | None = Field(default=None, sa_type=Text)
    unreported_from: str | None = Field(default=None, sa_type=Text)


class Indicator(SQLModel, table=True):
    """One measured commitment: what the document says, then what is derived."""

    __table_args__ = (
        UniqueConstraint("item_id", "n", "withdrawn"),
        CheckConstraint("direction IS NULL OR direction IN ('up', 'down', 'hold')"),
        CheckConstraint("basis IS NULL OR basis IN ('total', 'level', 'annual', 'each', 'assessed', 'declared')"),
        CheckConstraint("state IN ('not_started', 'in_progress', 'completed', 'closed')"),
    )
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(sa_column=_key("item.id"))
    n: int
    added_by: int | None = Field(default=None, sa_column=_added_by(index=True))
    withdrawn: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    name: str = Field(sa_type=Text)
    comparator: str = Field(sa_type=Text)
    value: str | None = Field(default=None, sa_type=Text)
    bound: str | None = Field(default=None, sa_type=Text)
    aspirational: int = Field(default=0)
    measure: str | None = Field(default=None, sa_type=Text)
    scope: str | None = Field(default=None, sa_type=Text)
    direction: str | None = Field(default=None, sa_type=Text)
    original_due: str | None = Field(default=None, sa_type=Text)
    plan_baseline_year: int | None = None
    plan_baseline_value: str | None = Field(default=None, sa_type=Text)
    plan_link: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    basis: str | None = Field(default=None, sa_type=Text)
    # derived
    due: str | None = Field(default=None, sa_type=Text)
    state: str = Field(default="not_started", sa_type=Text)
    percent: str | None = Field(default=None, sa_type=Text)
    actual: str | None = Field(default=None, sa_type=Text)
    actual_date: str | None = Field(default=None, sa_type=Text)
    reported_values: str | None = Field(default=None, sa_type=Text)
    percent_on: str | None = Field(default=None, sa_type=Text)
    completed_unit: str | None = Field(default=None, sa_type=Text)
    unmet: str | None = Field(default=None, sa_type=Text)
    returned: str | None = Field(default=None, sa_type=Text)
    owing_since: str | None = Field(default=None, sa_type=Text)
    extensions: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    baseline_year: int | None = None
    baseline_value: str | None = Field(default=None, sa_type=Text)
    completed_on: str | None = Field(default=None, sa_type=Text)
    completed_by: str | None = Field(default=None, sa_type=Text)
    closed_on: str | None = Field(default=None, sa_type=Text)
    reported_on: str | None = Field(default=None, sa_type=Text)
    reported_entered: str | None = Field(default=None, sa_type=Text)
    milestones: str | None = Field(default=None, sa_type=Text)
    edited: str | None = Field(default=None, sa_type=Text)
    retired_on: str | None = Field(default=None, sa_type=Text)
    link: str | None = Field(default=None, sa_type=Text)


class IndicatorSource(SQLModel, table=True):
    """Which indicators a linked one draws on now: the index by which a write finds what follows from it."""

    __tablename__ = "indicator_source"
    indicator_id: int = Field(sa_column=Column(Integer, ForeignKey("indicator.id"), primary_key=True))
    source_id: int = Field(sa_column=Column(Integer, ForeignKey("indicator.id"), primary_key=True, index=True))


class Report(SQLModel, table=True):
    """A dated statement of progress (进展填报): date is the day it describes, entered the day it was made (append-only).

    data_year is the year whose figure value is, where the unit said so (数据时点); it dates the value alone.

    before holds, as JSON, what the fields it sets had before: the change log's other half.
    """

    __table_args__ = (
        Index("ix_report_item", "item_id", "date", "id"),
        Index("ix_report_change", "change_id"),
        *_rules("report"),
        APPEND_ONLY,
    )
    id: int | None = Field(default=None, primary_key=True)
    change_id: int = Field(sa_column=_key("change.id"))
    item_id: int = Field(sa_column=_key("item.id"))
    n: int | None = None
    date: str = Field(sa_type=Text)
    entered: str = Field(sa_type=Text)
    unit_id: int | None = Field(default=None, sa_column=_key("unit.id", nullable=True))
    unit: str | None = Field(default=None, sa_type=Text)
    role: str | None = Field(default=None, sa_type=Text)
    state: str | None = Field(default=None, sa_type=Text)
    percent: str | None = Field(default=None, sa_type=Text)
    value: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    problem: str | None = Field(default=None, sa_type=Text)
    next: str | None = Field(default=None, sa_type=Text)
    before: str | None = Field(default=None, sa_type=Text)
    data_year: int | None = None


class Event(SQLModel, table=True):
    """A dated decision about an item (办结, 销号, 延期 …) or about the ledger (item_id null) (append-only)."""

    __table_args__ = (
        Index("ix_event_item", "item_id", "date", "id"),
        Index("ix_event_change", "change_id"),
        Index(
            "ix_event_ledger", "kind", sqlite_where=text("item_id IS NULL"), postgresql_where=text("item_id IS NULL")
        ),
        *_rules("event"),
        APPEND_ONLY,
    )
    id: int | None = Field(default=None, primary_key=True)
    change_id: int = Field(sa_column=_key("change.id"))
    item_id: int | None = Field(default=None, sa_column=_key("item.id", nullable=True))
    n: int | None = None
    kind: str = Field(sa_type=Text)
    date: str = Field(sa_type=Text)
    entered: str = Field(sa_type=Text)
    unit_id: int | None = Field(default=None, sa_column=_key("unit.id", nullable=True))
    unit: str | None = Field(default=None, sa_type=Text)
    data: str = Field(default="{}", sa_type=Text)
    before: str | None = Field(default=None, sa_type=Text)


class Evidence(SQLModel, table=True):
    """A file or link (佐证材料) on a statement; a file is kept beside the database under its SHA-256 (append-only)."""

    __table_args__ = (*_rules("evidence"), APPEND_ONLY)
    id: int | None = Field(default=None, primary_key=True)
    change_id: int = Field(sa_column=_key("change.id", index=True))
    item_id: int = Field(sa_column=_key("item.id", index=True))
    n: int | None = None
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    sha256: str | None = Field(default=None, sa_type=Text)
    size: int | None = None
    url: str | None = Field(default=None, sa_type=Text)


class IndexValue(SQLModel, table=True):
    """One figure of the synergy index: a city, a year, one of the 24 indicators (append-only; the latest entry holds)."""

    __tablename__ = "index_value"
    __table_args__ = (Index("ix_index_value", "year", "city", "indicator", "id"), *_rules("index_value"), APPEND_ONLY)
    id: int | None = Field(default=None, primary_key=True)
    change_id: int = Field(sa_column=_key("change.id", index=True))
    city: str = Field(sa_type=Text)
    year: int
    indicator: int
    value: str | None = Field(default=None, sa_type=Text)
    status: str = Field(sa_type=Text)
    measure: str | None = Field(default=None, sa_type=Text)
    source: str | None = Field(default=None, sa_type=Text)


class Issue(SQLModel, table=True):
    """A report that was handed out (期): what it covered and up to where it knew the ledger (append-only).

    first and last bound the period; as_of and known_at are the moment it shows, last_change the last change it knew. scope and
    options are JSON: what narrowed it, and what else it was made with. content is the SHA-256 of the file. Of two with the
    same kind, scope and number the later one replaces the other (修订).
    """

    __table_args__ = (Index("ix_issue_kind", "kind", "scope", "number"), *_rules("issue"), APPEND_ONLY)
    id: int | None = Field(default=None, primary_key=True)
    change_id: int = Field(sa_column=_key("change.id", index=True))
    kind: str = Field(sa_type=Text)
    scope: str = Field(sa_type=Text)
    number: int
    first: str = Field(sa_type=Text)
    last: str = Field(sa_type=Text)
    as_of: str = Field(sa_type=Text)
    known_at: str = Field(sa_type=Text)
    last_change: int
    options: str = Field(default="{}", sa_type=Text)
    content: str = Field(sa_type=Text)
