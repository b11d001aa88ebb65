-- Keys of the JSON API: a name, the SHA-256 of the key in hexadecimal, and two UTC days. The key itself is nowhere.
CREATE TABLE api_keys (
    name      TEXT NOT NULL PRIMARY KEY CHECK (length(name) <= 64),
    hash      TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    created   TEXT NOT NULL CHECK (length(created) = 10),
    last_used TEXT CHECK (length(last_used) = 10)
);
