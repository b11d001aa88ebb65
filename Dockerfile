# Bedside in a container: one binary, no root, nothing written but /data.
#   docker build -t bedside .
#   docker run --read-only --cap-drop all -e DISCORD_TOKEN_FILE=/run/secrets/token -v bedside:/data … bedside

ARG RUST_IMAGE=rust:1-bookworm
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${RUST_IMAGE} AS build
# The program carries the list of what it was built from: `cargo audit bin bedside` reads it from the file itself.
RUN cargo install cargo-auditable --locked --version 0.7.7
WORKDIR /build
COPY . .
RUN cargo auditable build --profile dist --locked --bin bedside

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Bedside" \
      org.opencontainers.image.description="Bedside manner for the help desk" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
RUN useradd --system --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin bedside \
    && install -d -o bedside -g bedside -m 0750 /data
COPY --from=build /build/target/dist/bedside /usr/local/bin/bedside
COPY --from=build /build/LICENSE-MIT /build/LICENSE-APACHE /usr/share/doc/bedside/
USER 10001
# The store, its socket and bedside.toml lie here: paths that say nothing else start in this folder.
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/bedside"]
CMD ["run"]
