//! The security page tells only what a test shows.

use std::{fs, path::Path};

fn sources(dir: &Path, all: &mut String) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|end| end == "rs") {
            all.push_str(&fs::read_to_string(path).expect("text"));
        }
    }
}

#[test]
fn every_test_that_the_security_page_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = String::new();
    sources(&root.join("tests"), &mut all);
    sources(&root.join("src"), &mut all);
    let page = fs::read_to_string(root.join("docs/security.md")).expect("the page");
    // Every other piece between backticks; a test's name has several words.
    let named: Vec<&str> = page.split('`').skip(1).step_by(2).filter(|name| is_test(name)).collect();
    assert!(named.len() > 30, "{named:?}");
    for name in named {
        assert!(all.contains(&format!("fn {name}(")), "there is no test {name}");
    }
}

fn is_test(name: &str) -> bool {
    name.matches('_').count() > 1 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}
