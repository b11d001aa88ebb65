-- What a person remembers of a practice card: numbers and instants, never a word of an answer.
CREATE TABLE practised (
    workspace  TEXT             NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    person     TEXT             NOT NULL CHECK (length(person) BETWEEN 1 AND 100),
    card       TEXT             NOT NULL CHECK (length(card) <= 200),
    stability  DOUBLE PRECISION NOT NULL CHECK (stability BETWEEN 0 AND 1000000),
    difficulty DOUBLE PRECISION NOT NULL CHECK (difficulty BETWEEN 0 AND 1000000),
    due        BIGINT           NOT NULL,
    seen       BIGINT           NOT NULL,
    times      INTEGER          NOT NULL CHECK (times BETWEEN 0 AND 1000000),
    lapses     INTEGER          NOT NULL CHECK (lapses BETWEEN 0 AND 1000000),
    PRIMARY KEY (workspace, person, card)
);

-- Who asked for a card in private: when, and when the next one is due. The token stands in the ids of its buttons.
CREATE TABLE practice_mail (
    workspace TEXT    NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    person    TEXT    NOT NULL CHECK (length(person) BETWEEN 1 AND 100),
    token     TEXT    NOT NULL UNIQUE CHECK (length(token) = 16),
    time      TEXT    NOT NULL CHECK (length(time) = 5),
    zone      TEXT    NOT NULL CHECK (length(zone) <= 64),
    days      TEXT    NOT NULL CHECK (length(days) <= 40),
    -- Empty while the workspace is left, and once the person could not be reached; then when the last one was due.
    next_due  BIGINT,
    last_due  BIGINT,
    -- How often in a row the person could not be reached.
    failures  INTEGER NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND 100),
    PRIMARY KEY (workspace, person)
);
CREATE INDEX practice_mail_due ON practice_mail (next_due);

-- A quiz that somebody is at: the answers chosen so far, a digit each.
CREATE TABLE quizzes (
    workspace TEXT NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    person    TEXT NOT NULL CHECK (length(person) BETWEEN 1 AND 100),
    quiz      TEXT NOT NULL CHECK (length(quiz) <= 100),
    answers   TEXT NOT NULL CHECK (length(answers) <= 100),
    PRIMARY KEY (workspace, person, quiz)
);

-- The last runs of a quiz, for the person to see how they moved.
CREATE TABLE quiz_results (
    workspace TEXT   NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
    person    TEXT   NOT NULL CHECK (length(person) BETWEEN 1 AND 100),
    quiz      TEXT   NOT NULL CHECK (length(quiz) <= 100),
    at        BIGINT NOT NULL,
    answers   TEXT   NOT NULL CHECK (length(answers) BETWEEN 1 AND 100),
    PRIMARY KEY (workspace, person, quiz, at)
);
