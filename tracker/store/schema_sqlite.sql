-- `python -m tools.schema` writes this from the classes in tracker/store/schema.py.

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE ledger (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE change (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    login TEXT NOT NULL,
    unit TEXT,
    command TEXT NOT NULL,
    detail TEXT,
    undoes INTEGER,
    hash TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT change_at_form CHECK ("at" IS NULL OR ("at" GLOB '????-??-??T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z' AND date(substr("at", 1, 10), '+0 days') = substr("at", 1, 10))),
    CONSTRAINT change_by_form CHECK ("by" IS NULL OR (length("by") <= 200)),
    CONSTRAINT change_login_form CHECK ("login" IS NULL OR (length("login") <= 200)),
    CONSTRAINT change_unit_form CHECK ("unit" IS NULL OR (length("unit") <= 200)),
    CONSTRAINT change_command_form CHECK ("command" IS NULL OR (length("command") <= 200)),
    CONSTRAINT change_detail_form CHECK ("detail" IS NULL OR (length("detail") <= 20000000)),
    CONSTRAINT change_hash_form CHECK ("hash" IS NULL OR (length("hash") = 64 AND "hash" NOT GLOB '*[^0-9a-f]*')),
    FOREIGN KEY(undoes) REFERENCES change (id)
);

CREATE TABLE "plan" (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    added_by INTEGER,
    withdrawn INTEGER DEFAULT 0 NOT NULL,
    title TEXT NOT NULL,
    region TEXT NOT NULL,
    status TEXT NOT NULL,
    period_start TEXT NOT NULL,
    issued_on TEXT,
    document_number TEXT,
    issuers TEXT,
    rider TEXT,
    annex_label TEXT,
    annex_title TEXT,
    annex_note TEXT,
    note TEXT,
    revision INTEGER DEFAULT 1 NOT NULL,
    in_ledger TEXT,
    used_on TEXT,
    ended_on TEXT,
    PRIMARY KEY (id),
    UNIQUE (code, withdrawn),
    FOREIGN KEY(added_by) REFERENCES change (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE region (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    parent TEXT,
    level TEXT NOT NULL,
    PRIMARY KEY (code),
    FOREIGN KEY(parent) REFERENCES region (code)
);

CREATE TABLE unit (
    id INTEGER NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    note TEXT,
    contact_person TEXT,
    contact_phone TEXT,
    contact_email TEXT,
    merged_into INTEGER,
    PRIMARY KEY (id),
    UNIQUE (region, name),
    FOREIGN KEY(merged_into) REFERENCES unit (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE unit_name (
    id INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (unit_id, kind, name),
    CHECK (kind IN ('alias', 'member')),
    FOREIGN KEY(unit_id) REFERENCES unit (id)
);

CREATE TABLE access (
    id INTEGER NOT NULL,
    login TEXT NOT NULL,
    role TEXT DEFAULT 'reporter' NOT NULL,
    unit_id INTEGER,
    place TEXT DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    CHECK (role IN ('reader', 'reporter', 'coordinator')),
    FOREIGN KEY(unit_id) REFERENCES unit (id)
);

CREATE TABLE item (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    plan_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    region TEXT,
    parent_id INTEGER,
    added_by INTEGER,
    withdrawn INTEGER DEFAULT 0 NOT NULL,
    position INTEGER NOT NULL,
    chapter TEXT,
    section TEXT,
    title TEXT,
    text TEXT NOT NULL,
    source TEXT,
    responsibility TEXT NOT NULL,
    open_ended INTEGER NOT NULL,
    lead_cell TEXT,
    participant_cell TEXT,
    original_due TEXT,
    note TEXT,
    start TEXT,
    due TEXT,
    state TEXT NOT NULL,
    percent TEXT,
    completed_on TEXT,
    completed_by TEXT,
    closed_on TEXT,
    forecast TEXT,
    last_report_id INTEGER,
    assigned INTEGER NOT NULL,
    edited TEXT,
    retired_on TEXT,
    stale INTEGER DEFAULT '0' NOT NULL,
    completed_unit TEXT,
    unmet TEXT,
    returned TEXT,
    owing_since TEXT,
    extensions INTEGER DEFAULT '0' NOT NULL,
    reported_on TEXT,
    reported_entered TEXT,
    milestones TEXT,
    came_in TEXT,
    overdue_from TEXT,
    overdue_due TEXT,
    before_ledger INTEGER DEFAULT '0' NOT NULL,
    next_due_first TEXT,
    next_due_last TEXT,
    unreported_from TEXT,
    unreported_until TEXT,
    awaiting_from TEXT,
    awaiting_until TEXT,
    unassessable_until TEXT,
    unverified INTEGER DEFAULT '0' NOT NULL,
    needs_judging INTEGER DEFAULT '0' NOT NULL,
    needs_judging_from TEXT,
    achieved TEXT,
    light TEXT,
    light_2_from TEXT,
    light_2 TEXT,
    light_3_from TEXT,
    light_3 TEXT,
    light_4_from TEXT,
    light_4 TEXT,
    light_5_from TEXT,
    light_5 TEXT,
    PRIMARY KEY (id),
    UNIQUE (code, withdrawn),
    CHECK (kind IN ('target', 'task', 'policy', 'aim')),
    CHECK (state IN ('not_started', 'in_progress', 'completed', 'closed')),
    FOREIGN KEY(plan_id) REFERENCES "plan" (id),
    FOREIGN KEY(parent_id) REFERENCES item (id),
    FOREIGN KEY(added_by) REFERENCES change (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE responsibility (
    id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    printed TEXT NOT NULL,
    position INTEGER NOT NULL,
    origin TEXT NOT NULL,
    active INTEGER NOT NULL,
    reported_on TEXT,
    reported_entered TEXT,
    main_lead INTEGER DEFAULT 0 NOT NULL,
    answered_until TEXT,
    named_on TEXT,
    unreported_from TEXT,
    PRIMARY KEY (id),
    CHECK (role IN ('lead', 'participant')),
    CHECK (origin IN ('plan', 'assigned')),
    FOREIGN KEY(item_id) REFERENCES item (id),
    FOREIGN KEY(unit_id) REFERENCES unit (id)
);

CREATE TABLE indicator (
    id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    added_by INTEGER,
    withdrawn INTEGER DEFAULT 0 NOT NULL,
    name TEXT NOT NULL,
    comparator TEXT NOT NULL,
    value TEXT,
    bound TEXT,
    aspirational INTEGER NOT NULL,
    measure TEXT,
    scope TEXT,
    direction TEXT,
    original_due TEXT,
    plan_baseline_year INTEGER,
    plan_baseline_value TEXT,
    plan_link TEXT,
    note TEXT,
    basis TEXT,
    due TEXT,
    state TEXT NOT NULL,
    percent TEXT,
    actual TEXT,
    actual_date TEXT,
    reported_values TEXT,
    percent_on TEXT,
    completed_unit TEXT,
    unmet TEXT,
    returned TEXT,
    owing_since TEXT,
    extensions INTEGER DEFAULT '0' NOT NULL,
    baseline_year INTEGER,
    baseline_value TEXT,
    completed_on TEXT,
    completed_by TEXT,
    closed_on TEXT,
    reported_on TEXT,
    reported_entered TEXT,
    milestones TEXT,
    edited TEXT,
    retired_on TEXT,
    link TEXT,
    PRIMARY KEY (id),
    UNIQUE (item_id, n, withdrawn),
    CHECK (direction IS NULL OR direction IN ('up', 'down', 'hold')),
    CHECK (basis IS NULL OR basis IN ('total', 'level', 'annual', 'each', 'assessed', 'declared')),
    CHECK (state IN ('not_started', 'in_progress', 'completed', 'closed')),
    FOREIGN KEY(item_id) REFERENCES item (id),
    FOREIGN KEY(added_by) REFERENCES change (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE indicator_source (
    indicator_id INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    PRIMARY KEY (indicator_id, source_id),
    FOREIGN KEY(indicator_id) REFERENCES indicator (id),
    FOREIGN KEY(source_id) REFERENCES indicator (id)
);

CREATE TABLE report (
    id INTEGER NOT NULL,
    change_id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    n INTEGER,
    date TEXT NOT NULL,
    entered TEXT NOT NULL,
    unit_id INTEGER,
    unit TEXT,
    role TEXT,
    state TEXT,
    percent TEXT,
    value TEXT,
    note TEXT,
    problem TEXT,
    next TEXT,
    "before" TEXT,
    data_year INTEGER,
    PRIMARY KEY (id),
    CONSTRAINT report_date_form CHECK ("date" IS NULL OR ("date" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND "date" > '0001' AND date("date", '+0 days') = "date")),
    CONSTRAINT report_entered_form CHECK ("entered" IS NULL OR ("entered" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND "entered" > '0001' AND date("entered", '+0 days') = "entered")),
    CONSTRAINT report_unit_form CHECK ("unit" IS NULL OR (length("unit") <= 200)),
    CONSTRAINT report_before_form CHECK ("before" IS NULL OR (length("before") <= 786408)),
    CONSTRAINT report_role_form CHECK ("role" IS NULL OR ("role" IN ('lead', 'participant'))),
    CONSTRAINT report_state_form CHECK ("state" IS NULL OR ("state" IN ('not_started', 'in_progress', 'completed', 'closed'))),
    CONSTRAINT report_percent_form CHECK ("percent" IS NULL OR (length("percent") BETWEEN 1 AND 252 AND "percent" NOT GLOB '*[^-.0-9]*' AND "percent" NOT GLOB '?*-*' AND "percent" NOT GLOB '*.*.*' AND "percent" GLOB '*[0-9]' AND "percent" NOT GLOB '-.*' AND "percent" NOT GLOB '.*')),
    CONSTRAINT report_value_form CHECK ("value" IS NULL OR (length("value") BETWEEN 1 AND 252 AND "value" NOT GLOB '*[^-.0-9]*' AND "value" NOT GLOB '?*-*' AND "value" NOT GLOB '*.*.*' AND "value" GLOB '*[0-9]' AND "value" NOT GLOB '-.*' AND "value" NOT GLOB '.*')),
    CONSTRAINT report_note_form CHECK ("note" IS NULL OR (length("note") <= 32767)),
    CONSTRAINT report_problem_form CHECK ("problem" IS NULL OR (length("problem") <= 32767)),
    CONSTRAINT report_next_form CHECK ("next" IS NULL OR (length("next") <= 32767)),
    CONSTRAINT report_data_year_form CHECK ("data_year" IS NULL OR ("data_year" BETWEEN 1900 AND 9999)),
    FOREIGN KEY(change_id) REFERENCES change (id),
    FOREIGN KEY(item_id) REFERENCES item (id),
    FOREIGN KEY(unit_id) REFERENCES unit (id)
);

CREATE TABLE event (
    id INTEGER NOT NULL,
    change_id INTEGER NOT NULL,
    item_id INTEGER,
    n INTEGER,
    kind TEXT NOT NULL,
    date TEXT NOT NULL,
    entered TEXT NOT NULL,
    unit_id INTEGER,
    unit TEXT,
    data TEXT NOT NULL,
    "before" TEXT,
    PRIMARY KEY (id),
    CONSTRAINT event_date_form CHECK ("date" IS NULL OR ("date" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND "date" > '0001' AND date("date", '+0 days') = "date")),
    CONSTRAINT event_entered_form CHECK ("entered" IS NULL OR ("entered" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND "entered" > '0001' AND date("entered", '+0 days') = "entered")),
    CONSTRAINT event_unit_form CHECK ("unit" IS NULL OR (length("unit") <= 200)),
    CONSTRAINT event_before_form CHECK ("before" IS NULL OR (length("before") <= 786408)),
    CONSTRAINT event_kind_form CHECK ("kind" IS NULL OR ("kind" IN ('complete', 'close', 'return', 'reopen', 'extend', 'assign', 'forecast', 'baseline', 'milestone', 'link', 'retire', 'edit', 'reminder', 'main', 'end', 'remove', 'unit', 'merge', 'rename', 'alias', 'contact', 'add', 'config', 'form', 'grant', 'revoke'))),
    CONSTRAINT event_data_form CHECK ("data" IS NULL OR (length("data") <= 20000000)),
    FOREIGN KEY(change_id) REFERENCES change (id),
    FOREIGN KEY(item_id) REFERENCES item (id),
    FOREIGN KEY(unit_id) REFERENCES unit (id)
);

CREATE TABLE evidence (
    id INTEGER NOT NULL,
    change_id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    n INTEGER,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT,
    size INTEGER,
    url TEXT,
    PRIMARY KEY (id),
    CONSTRAINT evidence_kind_form CHECK ("kind" IS NULL OR ("kind" IN ('file', 'url'))),
    CONSTRAINT evidence_name_form CHECK ("name" IS NULL OR (length("name") <= 32767)),
    CONSTRAINT evidence_sha256_form CHECK ("sha256" IS NULL OR (length("sha256") = 64 AND "sha256" NOT GLOB '*[^0-9a-f]*')),
    CONSTRAINT evidence_size_form CHECK ("size" IS NULL OR ("size" BETWEEN 0 AND 9007199254740992)),
    CONSTRAINT evidence_url_form CHECK ("url" IS NULL OR (length("url") <= 32767)),
    FOREIGN KEY(change_id) REFERENCES change (id),
    FOREIGN KEY(item_id) REFERENCES item (id)
);

CREATE TABLE index_value (
    id INTEGER NOT NULL,
    change_id INTEGER NOT NULL,
    city TEXT NOT NULL,
    year INTEGER NOT NULL,
    indicator INTEGER NOT NULL,
    value TEXT,
    status TEXT NOT NULL,
    measure TEXT,
    source TEXT,
    PRIMARY KEY (id),
    CONSTRAINT index_value_year_form CHECK ("year" IS NULL OR ("year" BETWEEN 1900 AND 9999)),
    CONSTRAINT index_value_value_form CHECK ("value" IS NULL OR (length("value") BETWEEN 1 AND 252 AND "value" NOT GLOB '*[^-.0-9]*' AND "value" NOT GLOB '?*-*' AND "value" NOT GLOB '*.*.*' AND "value" GLOB '*[0-9]' AND "value" NOT GLOB '-.*' AND "value" NOT GLOB '.*')),
    CONSTRAINT index_value_measure_form CHECK ("measure" IS NULL OR (length("measure") <= 32767)),
    CONSTRAINT index_value_source_form CHECK ("source" IS NULL OR (length("source") <= 32767)),
    FOREIGN KEY(change_id) REFERENCES change (id)
);

CREATE TABLE issue (
    id INTEGER NOT NULL,
    change_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    number INTEGER NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    as_of TEXT NOT NULL,
    known_at TEXT NOT NULL,
    last_change INTEGER NOT NULL,
    options TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT issue_first_form CHECK ("first" IS NULL OR ("first" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND "first" > '0001' AND date("first", '+0 days') = "first")),
    CONSTRAINT issue_last_form CHECK ("last" IS NULL OR ("last" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND "last" > '0001' AND date("last", '+0 days') = "last")),
    CONSTRAINT issue_as_of_form CHECK ("as_of" IS NULL OR ("as_of" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND "as_of" > '0001' AND date("as_of", '+0 days') = "as_of")),
    CONSTRAINT issue_known_at_form CHECK ("known_at" IS NULL OR ("known_at" GLOB '????-??-??T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z' AND date(substr("known_at", 1, 10), '+0 days') = substr("known_at", 1, 10))),
    CONSTRAINT issue_content_form CHECK ("content" IS NULL OR (length("content") = 64 AND "content" NOT GLOB '*[^0-9a-f]*')),
    FOREIGN KEY(change_id) REFERENCES change (id)
);

CREATE INDEX ix_change_undoes ON change (undoes);

CREATE INDEX ix_plan_place ON "plan" (substr(region, 1, 2));

CREATE INDEX ix_region_name ON region (name);

CREATE INDEX ix_region_parent ON region (parent);

CREATE INDEX ix_unit_called ON unit (name);

CREATE INDEX ix_unit_name_called ON unit_name (name);

CREATE INDEX ix_unit_name_unit_id ON unit_name (unit_id);

CREATE INDEX ix_access_login ON access (login);

CREATE INDEX ix_item_added_by ON item (added_by);

CREATE INDEX ix_item_extended ON item (plan_id, extensions, withdrawn, retired_on) WHERE extensions > 0 AND withdrawn = 0;

CREATE INDEX ix_item_needs_judging ON item (needs_judging) WHERE needs_judging > 0;

CREATE INDEX ix_item_next_due_first ON item (next_due_first, next_due_last, withdrawn) WHERE next_due_first IS NOT NULL AND withdrawn = 0;

CREATE INDEX ix_item_next_due_last ON item (next_due_last, withdrawn) WHERE next_due_last IS NOT NULL AND withdrawn = 0;

CREATE INDEX ix_item_overdue_due ON item (overdue_due, plan_id, position, id, overdue_from, withdrawn) WHERE overdue_due IS NOT NULL AND withdrawn = 0;

CREATE INDEX ix_item_parent_id ON item (parent_id);

CREATE INDEX ix_item_plan_id ON item (plan_id);

CREATE INDEX ix_item_plan_overdue ON item (plan_id, overdue_from, before_ledger, withdrawn) WHERE overdue_from IS NOT NULL AND withdrawn = 0;

CREATE INDEX ix_item_stale ON item (stale) WHERE stale = 1;

CREATE INDEX ix_responsibility_item ON responsibility (item_id, role, position);

CREATE INDEX ix_responsibility_unit ON responsibility (unit_id, item_id);

CREATE INDEX ix_indicator_added_by ON indicator (added_by);

CREATE INDEX ix_indicator_source_source_id ON indicator_source (source_id);

CREATE INDEX ix_report_change ON report (change_id);

CREATE INDEX ix_report_item ON report (item_id, date, id);

CREATE INDEX ix_event_change ON event (change_id);

CREATE INDEX ix_event_item ON event (item_id, date, id);

CREATE INDEX ix_event_ledger ON event (kind) WHERE item_id IS NULL;

CREATE INDEX ix_evidence_change_id ON evidence (change_id);

CREATE INDEX ix_evidence_item_id ON evidence (item_id);

CREATE INDEX ix_index_value ON index_value (year, city, indicator, id);

CREATE INDEX ix_index_value_change_id ON index_value (change_id);

CREATE INDEX ix_issue_change_id ON issue (change_id);

CREATE INDEX ix_issue_kind ON issue (kind, scope, number);

CREATE TRIGGER change_no_update BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'change is append-only'); END;

CREATE TRIGGER change_no_delete BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'change is append-only'); END;

-- REPLACE takes a row away without asking the trigger on DELETE.
CREATE TRIGGER change_no_replace BEFORE INSERT ON change WHEN EXISTS (SELECT 1 FROM change WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'change is append-only'); END;

CREATE TRIGGER report_no_update BEFORE UPDATE ON report BEGIN SELECT RAISE(ABORT, 'report is append-only'); END;

CREATE TRIGGER report_no_delete BEFORE DELETE ON report BEGIN SELECT RAISE(ABORT, 'report is append-only'); END;

-- REPLACE takes a row away without asking the trigger on DELETE.
CREATE TRIGGER report_no_replace BEFORE INSERT ON report WHEN EXISTS (SELECT 1 FROM report WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'report is append-only'); END;

CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;

CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;

-- REPLACE takes a row away without asking the trigger on DELETE.
CREATE TRIGGER event_no_replace BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;

CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;

CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;

-- REPLACE takes a row away without asking the trigger on DELETE.
CREATE TRIGGER evidence_no_replace BEFORE INSERT ON evidence WHEN EXISTS (SELECT 1 FROM evidence WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;

CREATE TRIGGER index_value_no_update BEFORE UPDATE ON index_value BEGIN SELECT RAISE(ABORT, 'index_value is append-only'); END;

CREATE TRIGGER index_value_no_delete BEFORE DELETE ON index_value BEGIN SELECT RAISE(ABORT, 'index_value is append-only'); END;

-- REPLACE takes a row away without asking the trigger on DELETE.
CREATE TRIGGER index_value_no_replace BEFORE INSERT ON index_value WHEN EXISTS (SELECT 1 FROM index_value WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'index_value is append-only'); END;

CREATE TRIGGER issue_no_update BEFORE UPDATE ON issue BEGIN SELECT RAISE(ABORT, 'issue is append-only'); END;

CREATE TRIGGER issue_no_delete BEFORE DELETE ON issue BEGIN SELECT RAISE(ABORT, 'issue is append-only'); END;

-- REPLACE takes a row away without asking the trigger on DELETE.
CREATE TRIGGER issue_no_replace BEFORE INSERT ON issue WHEN EXISTS (SELECT 1 FROM issue WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'issue is append-only'); END;
