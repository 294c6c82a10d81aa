"""The rows of every table and the names of their columns.

`python -m tools.schema` writes this from the classes in tracker/store/schema.py.
"""

from typing import NamedTuple


class LedgerRow(NamedTuple):
    """A row of `ledger`."""

    name: str
    value: str


class ChangeRow(NamedTuple):
    """A row of `change`."""

    id: int
    at: str
    by: str
    login: str
    unit: str | None
    command: str
    detail: str | None
    undoes: int | None
    hash: str


class PlanRow(NamedTuple):
    """A row of `plan`."""

    id: int
    code: str
    added_by: int | None
    withdrawn: int
    title: str
    region: str
    status: str
    period_start: str
    issued_on: str | None
    document_number: str | None
    issuers: str | None
    rider: str | None
    annex_label: str | None
    annex_title: str | None
    annex_note: str | None
    note: str | None
    revision: int
    in_ledger: str | None
    used_on: str | None
    ended_on: str | None


class RegionRow(NamedTuple):
    """A row of `region`."""

    code: str
    name: str
    parent: str | None
    level: str


class UnitRow(NamedTuple):
    """A row of `unit`."""

    id: int
    region: str
    name: str
    note: str | None
    contact_person: str | None
    contact_phone: str | None
    contact_email: str | None
    merged_into: int | None


class UnitNameRow(NamedTuple):
    """A row of `unit_name`."""

    id: int
    unit_id: int
    kind: str
    name: str


class AccessRow(NamedTuple):
    """A row of `access`."""

    id: int
    login: str
    role: str
    unit_id: int | None
    place: str


class ItemRow(NamedTuple):
    """A row of `item`."""

    id: int
    code: str
    plan_id: int
    kind: str
    number: int
    region: str | None
    parent_id: int | None
    added_by: int | None
    withdrawn: int
    position: int
    chapter: str | None
    section: str | None
    title: str | None
    text: str
    source: str | None
    responsibility: str
    open_ended: int
    lead_cell: str | None
    participant_cell: str | None
    original_due: str | None
    note: str | None
    start: str | None
    due: str | None
    state: str
    percent: str | None
    completed_on: str | None
    completed_by: str | None
    closed_on: str | None
    forecast: str | None
    last_report_id: int | None
    assigned: int
    edited: str | None
    retired_on: str | None
    stale: int
    completed_unit: str | None
    unmet: str | None
    returned: str | None
    owing_since: str | None
    extensions: int
    reported_on: str | None
    reported_entered: str | None
    milestones: str | None
    came_in: str | None
    overdue_from: str | None
    overdue_due: str | None
    before_ledger: int
    next_due_first: str | None
    next_due_last: str | None
    unreported_from: str | None
    unreported_until: str | None
    awaiting_from: str | None
    awaiting_until: str | None
    unassessable_until: str | None
    unverified: int
    needs_judging: int
    needs_judging_from: str | None
    achieved: str | None
    light: str | None
    light_2_from: str | None
    light_2: str | None
    light_3_from: str | None
    light_3: str | None
    light_4_from: str | None
    light_4: str | None
    light_5_from: str | None
    light_5: str | None


class ResponsibilityRow(NamedTuple):
    """A row of `responsibility`."""

    id: int
    item_id: int
    unit_id: int
    role: str
    printed: str
    position: int
    origin: str
    active: int
    reported_on: str | None
    reported_entered: str | None
    main_lead: int
    answered_until: str | None
    named_on: str | None
    unreported_from: str | None


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


class IndicatorSourceRow(NamedTuple):
    """A row of `indicator_source`."""

    indicator_id: int
    source_id: int


class ReportRow(NamedTuple):
    """A row of `report`."""

    id: int
    change_id: int
    item_id: int
    n: int | None
    date: str
    entered: str
    unit_id: int | None
    unit: str | None
    role: str | None
    state: str | None
    percent: str | None
    value: str | None
    note: str | None
    problem: str | None
    next: str | None
    before: str | None
    data_year: int | None


class EventRow(NamedTuple):
    """A row of `event`."""

    id: int
    change_id: int
    item_id: int | None
    n: int | None
    kind: str
    date: str
    entered: str
    unit_id: int | None
    unit: str | None
    data: str
    before: str | None


class EvidenceRow(NamedTuple):
    """A row of `evidence`."""

    id: int
    change_id: int
    item_id: int
    n: int | None
    kind: str
    name: str
    sha256: str | None
    size: int | None
    url: str | None


class IndexValueRow(NamedTuple):
    """A row of `index_value`."""

    id: int
    change_id: int
    city: str
    year: int
    indicator: int
    value: str | None
    status: str
    measure: str | None
    source: str | None


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
    "ledger": LedgerRow._fields,
    "change": ChangeRow._fields,
    "plan": PlanRow._fields,
    "region": RegionRow._fields,
    "unit": UnitRow._fields,
    "unit_name": UnitNameRow._fields,
    "access": AccessRow._fields,
    "item": ItemRow._fields,
    "responsibility": ResponsibilityRow._fields,
    "indicator": IndicatorRow._fields,
    "indicator_source": IndicatorSourceRow._fields,
    "report": ReportRow._fields,
    "event": EventRow._fields,
    "evidence": EvidenceRow._fields,
    "index_value": IndexValueRow._fields,
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
