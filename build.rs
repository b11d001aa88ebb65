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
    let read = |line: &str| {
        let mut fields = line.split('\t').skip(1);
        let term = fields.next().ok_or("a name is missing")?;
        table::Row::read(term, fields)
    };
    let rows = terms.iter().map(|line| read(line).unwrap_or_else(|why| panic!("{WEIGHTS}: {why}: {line}")));
    let out = env::var("OUT_DIR").expect("cargo names it");
    fs::write(Path::new(&out).join("terms"), table::lay_out(rows.collect()))
        .expect("the folder is there to be written to");
    fs::write(Path::new(&out).join("rest.tsv"), rest.join("\n")).expect("the folder is there to be written to");
}
