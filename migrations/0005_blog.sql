-- New posts of the blog, from its feed. Titles and links are the blog's, never users' words; everything is bounded.

-- What is known of a feed, by the SHA-256 of its address in hexadecimal.
CREATE TABLE blog_feeds (
    feed          TEXT    NOT NULL PRIMARY KEY CHECK (length(feed) = 64),
    -- What the server wants to see again, to say whether anything changed.
    etag          TEXT    CHECK (length(etag) <= 500),
    last_modified TEXT    CHECK (length(last_modified) <= 100),
    -- The first successful reading: what stood there then was never announced. Empty until then.
    begun_at      BIGINT,
    read_at       BIGINT,
    -- When it is read again; moved ahead before each reading, so that two processes do not read it both.
    next_at       BIGINT  NOT NULL,
    failures      INTEGER NOT NULL DEFAULT 0,
    -- When the operator was told that it fails; empty while it does not.
    told_at       BIGINT
);

-- What its posts are known by: the SHA-256 of identifier, address or content, in hexadecimal.
CREATE TABLE blog_known (
    feed    TEXT   NOT NULL REFERENCES blog_feeds (feed) ON DELETE CASCADE,
    mark    TEXT   NOT NULL CHECK (length(mark) = 64),
    -- When the feed bore it last.
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (feed, mark)
);
CREATE INDEX blog_known_seen ON blog_known (feed, seen_at);

-- Posts that are announced, by the first mark of each.
CREATE TABLE blog_posts (
    post     TEXT    NOT NULL PRIMARY KEY CHECK (length(post) = 64),
    blog     TEXT    NOT NULL CHECK (length(blog) <= 200),
    title    TEXT    NOT NULL CHECK (length(title) <= 200),
    link     TEXT    NOT NULL CHECK (length(link) <= 1000),
    found_at BIGINT  NOT NULL,
    -- The place among those found together, oldest first.
    place    INTEGER NOT NULL
);
CREATE INDEX blog_posts_found ON blog_posts (found_at);

-- Where each is still to be announced, and when at the earliest.
CREATE TABLE blog_waiting (
    workspace TEXT   NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    channel   TEXT   NOT NULL CHECK (length(channel) <= 100),
    post      TEXT   NOT NULL REFERENCES blog_posts (post) ON DELETE CASCADE,
    at        BIGINT NOT NULL,
    PRIMARY KEY (workspace, channel, post)
);
CREATE INDEX blog_waiting_at ON blog_waiting (at);
CREATE INDEX blog_waiting_post ON blog_waiting (post);
