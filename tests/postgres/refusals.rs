//! Doors that are shut: one sentence that says what to do, and never the password.

use bedside::store::{Store, StoreError};

use crate::common::stores::{StorePlace, cluster::Cluster};

#[tokio::test]
async fn each_door_that_is_shut_has_its_sentence() {
    let Some(cluster) = Cluster::shared() else { return };
    let place = StorePlace::empty_postgres().unwrap();
    let StorePlace::Postgres(_, name) = &place else { unreachable!() };
    let role = "DO $$ BEGIN CREATE ROLE locked LOGIN PASSWORD 'r1ght-s3cret';
                EXCEPTION WHEN duplicate_object THEN NULL; END $$";
    cluster.told("postgres", role);
    let latin = format!("{name}_latin");
    let made = format!("CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
    cluster.told("postgres", &made);
    let nowhere = "postgres://me:wr0ng-s3cret@localhost/bedside?host=/nowhere/at/all";
    for (url, words) in [
        (cluster.url_of("locked", "wr0ng-s3cret", name), "refused the user or the password"),
        (cluster.url_of("nobody_here", "wr0ng-s3cret", name), "refused the user or the password"),
        (cluster.url_of("locked", "r1ght-s3cret", "not_there"), "There is no database at"),
        // It may come in, and may not make tables.
        (cluster.url_of("locked", "r1ght-s3cret", name), "the right to make tables"),
        (nowhere.into(), "cannot be reached"),
        (cluster.url(&latin), "has the encoding LATIN1"),
    ] {
        let error = Store::open(&url).await.unwrap_err();
        let said = error.to_string();
        assert!(said.contains(words) && said.contains("Please"), "{words}: {said}");
        for told in [said, format!("{error:?}"), format!("{:?}", Store::examine(&url).await)] {
            assert!(!told.contains("s3cret"), "{told}");
        }
    }
    cluster.told("postgres", &format!("DROP DATABASE {latin}"));
    let store = place.open().await;
    assert_eq!(format!("{store:?}"), "Store { backend: Postgres, .. }");
}

#[tokio::test]
async fn a_look_from_outside_says_what_is_there_and_a_backup_is_pg_dumps() {
    let Some(place) = StorePlace::empty_postgres() else { return };
    assert!(Store::examine(&place.url()).await.unwrap().is_none(), "nothing yet");
    let store = place.open().await;
    store.set_schedule(&crate::workspace(), &crate::schedule(crate::channel(5))).await.unwrap();
    let found = Store::examine(&place.url()).await.unwrap().unwrap();
    assert!(found.version == found.known && found.writable && found.damage.is_empty());
    assert_eq!(found.schedules.len(), 1);
    let folder = tempfile::tempdir().unwrap();
    let error = Store::backup(&place.url(), &folder.path().join("copy.db")).await.unwrap_err();
    assert!(matches!(error, StoreError::NoFile { .. }) && error.to_string().contains("pg_dump"), "{error}");
    assert!(!folder.path().join("copy.db").exists());
}

/// Text is sorted and compared by its bytes, as SQLite does, also in a database of another order.
#[tokio::test]
async fn every_text_sorts_by_its_bytes() {
    let Some(place) = StorePlace::postgres() else { return };
    let StorePlace::Postgres(cluster, name) = &place else { unreachable!() };
    let order = "SELECT datlocprovider FROM pg_database WHERE datname = current_database()";
    assert_eq!(cluster.told(name, order), "i", "the database itself sorts as a language does");
    let others = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
        AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' AND table_name <> '_sqlx_migrations'";
    assert_eq!(cluster.told(name, others), "");
}
