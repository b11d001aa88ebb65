-- Postings of several kinds, each with a key of its own: a channel and local date bear one tip, one weekly recap and
-- one announcement of a blog post. What was there before are tips. A primary key cannot be changed in plain SQL, so
-- both tables are written anew.

CREATE TABLE schedules_of_kinds (
    workspace TEXT NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    channel   TEXT NOT NULL CHECK (length(channel) <= 100),
    kind      TEXT NOT NULL CHECK (kind IN ('tip', 'recap')),
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
    PRIMARY KEY (workspace, channel, kind)
);
INSERT INTO schedules_of_kinds
    (workspace, channel, kind, time, zone, days, topics, set_by, next_date, next_due)
SELECT workspace, channel, 'tip', time, zone, days, topics, set_by, next_date, next_due FROM schedules;
DROP TABLE schedules;
ALTER TABLE schedules_of_kinds RENAME TO schedules;
CREATE INDEX schedules_due ON schedules (next_due);

-- One posting of a kind, one channel, one local date. The key is the claim: whoever inserts it sends.
CREATE TABLE postings_of_kinds (
    workspace     TEXT    NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    channel       TEXT    NOT NULL CHECK (length(channel) <= 100),
    kind          TEXT    NOT NULL CHECK (kind IN ('tip', 'recap', 'post')),
    date          TEXT    NOT NULL CHECK (length(date) <= 10),
    due           BIGINT  NOT NULL,
    -- The tip, the tip that a recap repeats, or what the announced post is known by.
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
    PRIMARY KEY (workspace, channel, kind, date)
);
INSERT INTO postings_of_kinds
    (workspace, channel, kind, date, due, tip, round, state, holder, lease_until, attempts, looks, sending_since,
     tried_at, message, reason, telling, tell_at, tellings, told_at)
SELECT workspace, channel, 'tip', date, due, tip, round, state, holder, lease_until, attempts, looks, sending_since,
     tried_at, message, reason, telling, tell_at, tellings, told_at FROM postings;
DROP TABLE postings;
ALTER TABLE postings_of_kinds RENAME TO postings;
CREATE INDEX postings_open ON postings (lease_until);
CREATE INDEX postings_untold ON postings (tell_at);
CREATE INDEX postings_due ON postings (due);

-- Once a week is over: whether more than four people used the feature in it. All that remains of who they were.
ALTER TABLE counters ADD COLUMN of_many INTEGER NOT NULL DEFAULT 0;
