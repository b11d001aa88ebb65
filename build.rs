//! Lays the words' weights out as they are looked up, so that no start reads 44,000 lines and no memory holds them.

#[allow(unreachable_pub, reason = "the library makes one of its functions public")]
#[path = "src/readings/table.rs"]
mod table;

use std::{env, fs, path::Path};

const WEIGHTS: &str = "training/weights.tsv";

fn main() {
    println!("cargo::rerun-if-changed={WEIGHTS}");
    println!("cargo::rerun-if-changed=src/readings/table.rs");
    let file = fs::read_to_string(WEIGHTS).expect("the weights are in the repository");
    let (terms, rest): (Vec<&str>, Vec<&str>) = file.lines().partition(|line| line.starts_with("term\t"));
    let rows = terms.iter().map(|line| row(line).unwrap_or_else(|| panic!("{WEIGHTS}: {line}")));
    let out = env::var("OUT_DIR").expect("cargo names it");
    fs::write(Path::new(&out).join("terms"), table::lay_out(rows.collect()))
        .expect("the folder is there to be written to");
    fs::write(Path::new(&out).join("rest.tsv"), rest.join("\n")).expect("the folder is there to be written to");
}

/// `term`, its tokens, seven numbers, families and perhaps a `+`: all but the first two may be left out at the end.
fn row(line: &str) -> Option<table::Row> {
    let mut fields = line.split('\t').skip(1);
    let mut row = table::Row { key: table::key(fields.next()?), ..table::Row::default() };
    for number in &mut row.numbers {
        let field = fields.next().unwrap_or_default();
        *number = if field.is_empty() { 0 } else { field.parse().ok()? };
    }
    for family in fields.next().unwrap_or_default().split(',').filter(|family| !family.is_empty()) {
        match family {
            "+" => row.begins = true,
            place => row.families |= 1 << place.parse::<u32>().ok().filter(|place| *place < 64)?,
        }
    }
    Some(row)
}
