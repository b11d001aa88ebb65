//! The image is built from what `.dockerignore` lets through: nothing that the program is made of may be missing there.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Component, Path, PathBuf},
};

/// The files that a build reads, those of tests alone left out.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// What lies at the root of the repository and is named by a path in quotes: `../../training/…` and the like.
fn named(text: &str, root: &Path) -> BTreeSet<String> {
    let paths = text.split('"').filter(|quoted| quoted.contains('/') && !quoted.contains([' ', '\n']));
    paths
        .map(|path| path.trim_start_matches("$CARGO_MANIFEST_DIR/").trim_start_matches("../"))
        .filter(|path| root.join(path).exists())
        .filter_map(|path| match Path::new(path).components().next()? {
            Component::Normal(first) => first.to_str().map(str::to_owned),
            _ => None,
        })
        .collect()
}

#[test]
fn everything_that_the_program_is_made_of_reaches_the_image() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ignored = fs::read_to_string(root.join(".dockerignore")).unwrap();
    let through: BTreeSet<&str> = ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    let mut files = vec![root.join("build.rs"), root.join("Cargo.toml")];
    sources(&root.join("src"), &mut files);
    let mut needed = BTreeSet::from(["Cargo.toml", "Cargo.lock", "build.rs", "src"].map(String::from));
    for file in files {
        needed.extend(named(&fs::read_to_string(file).unwrap(), root));
    }
    for seen in ["migrations", "responses", "training"] {
        assert!(needed.contains(seen), "the test does not see {seen}: {needed:?}");
    }
    let missing: Vec<_> = needed.iter().filter(|name| !through.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "these do not reach the image: {missing:?}");
}
