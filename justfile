# Every task, by name. `just` alone lists them; what CI runs too lies in .ci/run, and is called by the same name.

default:
    @just --list --unsorted

# Everything that CI runs, in its order
ci:
    bash .ci/run

# Is every file formatted?
format:
    bash .ci/run format

# Does clippy find something?
lints:
    bash .ci/run lints

# All tests
tests:
    bash .ci/run tests

# What is tried of the store on SQLite, tried on a throw-away PostgreSQL (needs: apt-get install postgresql)
postgres:
    bash .ci/run postgres

# Do the engines build without the bot?
engines:
    bash .ci/run engines

# Are the response files right, and do their examples hold?
content:
    bash .ci/run content

# Licences, bans and sources of the dependencies
licences:
    bash .ci/run licences

# Known holes in the dependencies, where the network allows
advisories:
    bash .ci/run advisories

# The bot against a model of Discord
acceptance:
    bash .ci/run acceptance

# The long runs: a million watched messages, a thousand kill rounds; goes on where it was stopped. Its figures: target/soak/report.md
soak:
    cargo test --release --locked --test faults -- --ignored --exact soak::the_whole_soak --nocapture
    BEDSIDE_NEEDS_POSTGRES=1 cargo test --release --locked --test postgres -- --ignored --nocapture

# The figures in the README
bench:
    cargo bench

# Bedside beside other bots and readers, half an hour; writes docs/performance.md
performance:
    bench/run

# Half a minute of fuzzing for each way in, or more: just fuzz 1800 (needs: cargo install cargo-fuzz)
fuzz seconds="30":
    fuzz/run {{seconds}}

# The container image
image:
    docker build -t bedside .

# Review a draft: just review reply.txt
review *arguments:
    cargo run --quiet -- review {{arguments}}
