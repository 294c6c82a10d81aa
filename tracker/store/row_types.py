"""The names of the columns of every table, and the rows of those that are read whole.

`python -m tools.schema` writes this from the classes in tracker/store/schema.py.
"""

from typing import NamedTuple


class IndicatorRow(NamedTuple):
    """A row of `indicator`."""

    id: int
    item_id: int
    n: int
    added_by: int | None
    withdrawn: int
    name: str
    comparator: str
    value: str | None
    bound: str | None
    aspirational: int
    measure: str | None
    scope: str | None
    direction: str | None
    original_due: str | None
    plan_baseline_year: int | None
    plan_baseline_value: str | None
    plan_link: str | None
    note: str | None
    basis: str | None
    due: str | None
    state: str
    percent: str | None
    actual: str | None
    actual_date: str | None
    reported_values: str | None
    percent_on: str | None
    completed_unit: str | None
    unmet: str | None
    returned: str | None
    owing_since: str | None
    extensions: int
    baseline_year: int | None
    baseline_value: str | None
    completed_on: str | None
    completed_by: str | None
    closed_on: str | None
    reported_on: str | None
    reported_entered: str | None
    milestones: str | None
    edited: str | None
    retired_on: str | None
    link: str | None


class IssueRow(NamedTuple):
    """A row of `issue`."""

    id: int
    change_id: int
    kind: str
    scope: str
    number: int
    first: str
    last: str
    as_of: str
    known_at: str
    last_change: int
    options: str
    content: str


COLUMNS: dict[str, tuple[str, ...]] = {
    "ledger": ("name", "value"),
    "change": ("id", "at", "by", "login", "unit", "command", "detail", "undoes", "hash"),
    "plan": (
        "id",
        "code",
        "added_by",
        "withdrawn",
        "title",
        "region",
        "status",
        "period_start",
        "issued_on",
        "document_number",
        "issuers",
        "rider",
        "annex_label",
        "annex_title",
        "annex_note",
        "note",
        "revision",
        "in_ledger",
        "used_on",
        "ended_on",
    ),
    "region": ("code", "name", "parent", "level"),
    "unit": (
        "id",
        "region",
        "name",
        "note",
        "contact_person",
        "contact_phone",
        "contact_email",
        "merged_into",
    ),
    "unit_name": ("id", "unit_id", "kind", "name"),
    "access": ("id", "login", "role", "unit_id", "place"),
    "item": (
        "id",
        "code",
        "plan_id",
        "kind",
        "number",
        "region",
        "parent_id",
        "added_by",
        "withdrawn",
        "position",
        "chapter",
        "section",
        "title",
        "text",
        "source",
        "responsibility",
        "open_ended",
        "lead_cell",
        "participant_cell",
        "original_due",
        "note",
        "start",
        "due",
        "state",
        "percent",
        "completed_on",
        "completed_by",
        "closed_on",
        "forecast",
        "last_report_id",
        "assigned",
        "edited",
        "retired_on",
        "stale",
        "completed_unit",
        "unmet",
        "returned",
        "owing_since",
        "extensions",
        "reported_on",
        "reported_entered",
        "milestones",
        "came_in",
        "overdue_from",
        "overdue_due",
        "before_ledger",
        "next_due_first",
        "next_due_last",
        "unreported_from",
        "unreported_until",
        "awaiting_from",
        "awaiting_until",
        "unassessable_until",
        "unverified",
        "needs_judging",
        "needs_judging_from",
        "achieved",
        "light",
        "light_2_from",
        "light_2",
        "light_3_from",
        "light_3",
        "light_4_from",
        "light_4",
        "light_5_from",
        "light_5",
    ),
    "responsibility": (
        "id",
        "item_id",
        "unit_id",
        "role",
        "printed",
        "position",
        "origin",
        "active",
        "reported_on",
        "reported_entered",
        "main_lead",
        "answered_until",
        "named_on",
        "unreported_from",
    ),
    "indicator": IndicatorRow._fields,
    "indicator_source": ("indicator_id", "source_id"),
    "report": (
        "id",
        "change_id",
        "item_id",
        "n",
        "date",
        "entered",
        "unit_id",
        "unit",
        "role",
        "state",
        "percent",
        "value",
        "note",
        "problem",
        "next",
        "before",
        "data_year",
    ),
    "event": (
        "id",
        "change_id",
        "item_id",
        "n",
        "kind",
        "date",
        "entered",
        "unit_id",
        "unit",
        "data",
        "before",
    ),
    "evidence": ("id", "change_id", "item_id", "n", "kind", "name", "sha256", "size", "url"),
    "index_value": ("id", "change_id", "city", "year", "indicator", "value", "status", "measure", "source"),
    "issue": IssueRow._fields,
}
"""Every table, parents before children: the order in which rows can be inserted."""
KEYS: dict[str, tuple[str, ...]] = {
    "ledger": ("name",),
    "change": ("id",),
    "plan": ("id",),
    "region": ("code",),
    "unit": ("id",),
    "unit_name": ("id",),
    "access": ("id",),
    "item": ("id",),
    "responsibility": ("id",),
    "indicator": ("id",),
    "indicator_source": ("indicator_id", "source_id"),
    "report": ("id",),
    "event": ("id",),
    "evidence": ("id",),
    "index_value": ("id",),
    "issue": ("id",),
}
INTEGERS: dict[str, tuple[str, ...]] = {
    "ledger": (),
    "change": ("id", "undoes"),
    "plan": ("id", "added_by", "withdrawn", "revision"),
    "region": (),
    "unit": ("id", "merged_into"),
    "unit_name": ("id", "unit_id"),
    "access": ("id", "unit_id"),
    "item": (
        "id",
        "plan_id",
        "number",
        "parent_id",
        "added_by",
        "withdrawn",
        "position",
        "open_ended",
        "last_report_id",
        "assigned",
        "stale",
        "extensions",
        "before_ledger",
        "unverified",
        "needs_judging",
    ),
    "responsibility": ("id", "item_id", "unit_id", "position", "active", "main_lead"),
    "indicator": (
        "id",
        "item_id",
        "n",
        "added_by",
        "withdrawn",
        "aspirational",
        "plan_baseline_year",
        "extensions",
        "baseline_year",
    ),
    "indicator_source": ("indicator_id", "source_id"),
    "report": ("id", "change_id", "item_id", "n", "unit_id", "data_year"),
    "event": ("id", "change_id", "item_id", "n", "unit_id"),
    "evidence": ("id", "change_id", "item_id", "n", "size"),
    "index_value": ("id", "change_id", "year", "indicator"),
    "issue": ("id", "change_id", "number", "last_change"),
}
"""The columns that hold whole numbers; all others hold text."""
APPEND_ONLY = (
    "change",
    "report",
    "event",
    "evidence",
    "index_value",
    "issue",
)
"""The tables of history, whose rows are neither changed nor removed."""
