//! The program itself on PostgreSQL: it looks, it copies, and it says what it does not do.

use std::{path::Path, process::Command};

use crate::common::stores::StorePlace;

/// What it answers, what it tells besides, and its status.
fn bedside(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
    command.args(arguments).current_dir(folder).env_remove("DISCORD_TOKEN").env("COLUMNS", "200");
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[tokio::test]
async fn it_looks_at_a_server_moves_house_and_leaves_the_backup_to_pg_dump() {
    let Some(server) = StorePlace::empty_postgres() else { return };
    let folder = tempfile::tempdir().unwrap();
    let config = format!("[store]\nurl = \"{}\"\n[discord]\nenabled = false\n", server.url());
    std::fs::write(folder.path().join("bedside.toml"), config).unwrap();
    let (said, ..) = bedside(folder.path(), &["doctor"]);
    assert!(said.contains("is not there yet; the first start makes it"), "{said}");
    let store = server.open().await;
    store.set_schedule(&crate::workspace(), &crate::schedule(crate::channel(5))).await.unwrap();
    store.close().await;
    let (said, ..) = bedside(folder.path(), &["doctor", "--format", "json"]);
    assert!(said.contains("is sound; daily tips: 1"), "{said}");
    let (_, told, status) = bedside(folder.path(), &["store", "backup", "copy.db"]);
    assert!(status == Some(2) && told.contains("pg_dump"), "{told}");

    let (said, told, status) = bedside(folder.path(), &["store", "copy", &server.url(), "sqlite://moved.db"]);
    assert_eq!(status, Some(0), "{told}");
    assert!(said.contains("Copied 2 rows to moved.db, and compared each with its source."), "{said}");
    // No terminal, no bar: a line for each table.
    assert!(told.contains("copying schedules\n") && told.contains("of 4: comparing schedules\n"), "{told}");
    let (said, ..) = bedside(folder.path(), &["store", "copy", &server.url(), "sqlite://moved.db"]);
    assert!(said.contains("Copied 2 rows (2 of them before) to moved.db"), "{said}");
    let (_, told, status) =
        bedside(folder.path(), &["store", "copy", "sqlite://moved.db", "postgres://me:s3cret@localhost/db?host=/no"]);
    assert!(status == Some(2) && told.contains("cannot be reached") && !told.contains("s3cret"), "{told}");
}
