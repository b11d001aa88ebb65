-- Everything that Bedside keeps. Keys are text as the platform writes them, instants are UTC milliseconds, dates
-- are local dates as YYYY-MM-DD. Plain SQL that SQLite and PostgreSQL read alike. Every value is bounded.

CREATE TABLE workspaces (
    workspace      TEXT   NOT NULL PRIMARY KEY CHECK (length(workspace) <= 100),
    staff_role     TEXT   CHECK (length(staff_role) <= 100),
    report_channel TEXT   CHECK (length(report_channel) <= 100),
    -- When the workspace removed the bot; thirty days later everything of it is deleted.
    left_at        BIGINT
);
CREATE INDEX workspaces_left ON workspaces (left_at);

CREATE TABLE watched (
    workspace TEXT NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    channel   TEXT NOT NULL CHECK (length(channel) <= 100),
    PRIMARY KEY (workspace, channel)
);

CREATE TABLE schedules (
    workspace TEXT NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    channel   TEXT NOT NULL CHECK (length(channel) <= 100),
    time      TEXT NOT NULL CHECK (length(time) = 5),
    zone      TEXT NOT NULL CHECK (length(zone) <= 64),
    days      TEXT NOT NULL CHECK (length(days) <= 40),
    -- Topics separated by commas; empty for all of them.
    topics    TEXT NOT NULL CHECK (length(topics) <= 1000),
    -- The person to tell where no report channel is set; forgotten on request.
    set_by    TEXT CHECK (length(set_by) <= 100),
    next_date TEXT CHECK (length(next_date) <= 10),
    -- Empty while the workspace is left.
    next_due  BIGINT,
    PRIMARY KEY (workspace, channel)
);
CREATE INDEX schedules_due ON schedules (next_due);

CREATE TABLE skips (
    workspace TEXT NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    channel   TEXT NOT NULL CHECK (length(channel) <= 100),
    date      TEXT NOT NULL CHECK (length(date) <= 10),
    PRIMARY KEY (workspace, channel, date)
);

-- One tip, one channel, one local date. The key is the claim: whoever inserts it sends.
CREATE TABLE postings (
    workspace     TEXT    NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    channel       TEXT    NOT NULL CHECK (length(channel) <= 100),
    date          TEXT    NOT NULL CHECK (length(date) <= 10),
    due           BIGINT  NOT NULL,
    tip           TEXT    CHECK (length(tip) <= 200),
    round         INTEGER NOT NULL DEFAULT 0,
    state         TEXT    NOT NULL CHECK (state IN ('claimed', 'sent', 'missed', 'failed', 'unknown', 'skipped')),
    -- The process that works on it, and until when nobody else does. Empty once nothing more will be done.
    holder        TEXT    CHECK (length(holder) <= 64),
    lease_until   BIGINT,
    attempts      INTEGER NOT NULL DEFAULT 0,
    looks         INTEGER NOT NULL DEFAULT 0,
    -- The first and the last send of which nobody knows whether it stands in the channel.
    sending_since BIGINT,
    tried_at      BIGINT,
    message       TEXT    CHECK (length(message) <= 100),
    reason        TEXT    CHECK (length(reason) <= 300),
    -- Telling that it went wrong: which telling it belongs to, when it may be tried, how often it was, when it was done.
    telling       TEXT    CHECK (length(telling) <= 64),
    tell_at       BIGINT,
    tellings      INTEGER NOT NULL DEFAULT 0,
    told_at       BIGINT,
    PRIMARY KEY (workspace, channel, date)
);
CREATE INDEX postings_open ON postings (lease_until);
CREATE INDEX postings_untold ON postings (tell_at);
CREATE INDEX postings_due ON postings (due);

-- The round in which a channel saw a tip last; outlives the postings.
CREATE TABLE shown (
    workspace TEXT    NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    channel   TEXT    NOT NULL CHECK (length(channel) <= 100),
    tip       TEXT    NOT NULL CHECK (length(tip) <= 200),
    round     INTEGER NOT NULL,
    shown_at  BIGINT  NOT NULL,
    PRIMARY KEY (workspace, channel, tip)
);

-- Rules that are switched off: for the whole team where person is empty, for one person otherwise.
CREATE TABLE mutes (
    workspace TEXT NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    person    TEXT NOT NULL CHECK (length(person) <= 100),
    rule      TEXT NOT NULL CHECK (length(rule) <= 200),
    PRIMARY KEY (workspace, person, rule)
);

-- How often a feature was used in an ISO week (2026-W20). No names, no text.
CREATE TABLE counters (
    workspace TEXT   NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    feature   TEXT   NOT NULL CHECK (length(feature) <= 100),
    week      TEXT   NOT NULL CHECK (length(week) = 8),
    uses      BIGINT NOT NULL,
    PRIMARY KEY (workspace, feature, week)
);
CREATE INDEX counters_week ON counters (week);

-- By how many people a feature was used in a week: a keyed hash each, deleted with the week.
CREATE TABLE users_of (
    workspace TEXT NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    feature   TEXT NOT NULL CHECK (length(feature) <= 100),
    week      TEXT NOT NULL CHECK (length(week) = 8),
    person    TEXT NOT NULL CHECK (length(person) = 64),
    PRIMARY KEY (workspace, week, person, feature)
);
CREATE INDEX users_of_week ON users_of (week);

-- The key of those hashes, in hexadecimal. Random, made at first start, never shown.
CREATE TABLE secrets (
    name  TEXT NOT NULL PRIMARY KEY CHECK (length(name) <= 100),
    value TEXT NOT NULL CHECK (length(value) <= 200)
);
