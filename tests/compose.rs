//! `deploy/compose.yaml` as far as it can be judged without an engine: it is read, what it names is there, and the
//! configuration in it is one that Bedside takes.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use bedside::{config::Config, store::Store};
use serde_yaml_ng::Value;

fn compose() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/compose.yaml");
    let mut value: Value = serde_yaml_ng::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    value.apply_merge().unwrap();
    value
}

fn names(value: &Value) -> Vec<&str> {
    value.as_mapping().unwrap().keys().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn two_replicas_share_one_store_and_no_shard() {
    let compose = compose();
    assert_eq!(names(&compose["services"]), ["postgres", "bedside-0", "bedside-1"]);
    let mut shards = Vec::new();
    for replica in ["bedside-0", "bedside-1"] {
        let service = &compose["services"][replica];
        assert_eq!(service["depends_on"]["postgres"]["condition"], "service_healthy");
        for secret in service["secrets"].as_sequence().unwrap() {
            assert!(names(&compose["secrets"]).contains(&secret.as_str().unwrap()));
        }
        let config = service["configs"][0]["source"].as_str().unwrap();
        let text = compose["configs"][config]["content"].as_str().unwrap();
        let (read, problems) = Config::read(Path::new("bedside.toml"), text);
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(Store::place(&read.store.url), "postgres:5432/bedside");
        shards.push(toml::from_str::<toml::Table>(text).unwrap()["discord"]["shards"].clone());
        // The command is one that there is, and its file is where the configuration lies.
        let command: Vec<&str> = service["command"].as_sequence().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(command[..2], ["run", "--config"]);
        assert_eq!(service["configs"][0]["target"].as_str(), command.get(2).copied());
    }
    for (number, shard) in (0..).zip(&shards) {
        assert_eq!((shard["of"].as_integer(), shard["mine"][0].as_integer()), (Some(2), Some(number)));
    }
}

#[test]
fn every_volume_and_file_that_it_names_is_there() {
    let compose = compose();
    assert!(names(&compose["volumes"]).contains(&"database"));
    let build = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let build = build.join(compose["services"]["bedside-0"]["build"]["context"].as_str().unwrap());
    assert!(build.join("Dockerfile").exists());
}
