//! The rated sets, and their parts.

use std::{collections::BTreeMap, error::Error, fs, path::Path};

use serde::Deserialize;

/// The label of a text that tells of danger to somebody.
pub(crate) const DANGER: &str = "danger";

/// A text that people rated.
#[derive(Clone)]
pub(crate) struct Rated {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) score: f64,
    pub(crate) label: String,
    pub(crate) group: String,
}

/// Reads `id text score label group …`, tab separated, with a header; `\\`, `\n` and `\t` are escapes.
pub(crate) fn read(path: &Path) -> Result<Vec<Rated>, Box<dyn Error>> {
    let file = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let rows = file.split('\n').skip(1).filter(|line| !line.is_empty());
    rows.map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, text, score, label, group, ..] = fields[..] else { return Err("a line has too few fields".into()) };
        let score = score.parse()?;
        Ok(Rated { id: id.into(), text: unescaped(text), score, label: label.into(), group: group.into() })
    })
    .collect()
}

/// The messages of Bedside's own corpus that tell of danger and those that only sound like it, each a group of its own, and
/// every text of the other sets as what tells of none.
pub(crate) fn danger(path: &Path, others: &[&[Rated]]) -> Result<Vec<Rated>, Box<dyn Error>> {
    #[derive(Deserialize)]
    struct Corpus {
        danger: Vec<String>,
        safe: Vec<String>,
    }
    let Corpus { danger, safe } = toml::from_str(&fs::read_to_string(path)?)?;
    let texts = danger.into_iter().map(|text| (text, DANGER)).chain(safe.into_iter().map(|text| (text, "safe")));
    let mut set: Vec<Rated> = Vec::new();
    for (at, (text, label)) in texts.enumerate() {
        let id = format!("danger-{at}");
        set.push(Rated { group: id.clone(), id, text, score: 0.0, label: label.into() });
    }
    set.extend(others.iter().copied().flatten().map(|other| Rated { label: "safe".into(), ..other.clone() }));
    Ok(set)
}

fn unescaped(text: &str) -> String {
    text.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace('\0', "\\")
}

/// The part that each text falls into: whole groups, the largest first into the smallest part.
pub(crate) fn folds(set: &[Rated], parts: usize) -> Vec<usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for rated in set {
        *sizes.entry(&rated.group).or_default() += 1;
    }
    let mut groups: Vec<(&str, usize)> = sizes.into_iter().collect();
    groups.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), *name));
    let mut filled = vec![0; parts];
    let mut part_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, size) in groups {
        let least = (0..parts).min_by_key(|part| filled[*part]).unwrap_or_default();
        filled[least] += size;
        part_of.insert(name, least);
    }
    set.iter().map(|rated| part_of[rated.group.as_str()]).collect()
}
