//! Packs on the disk: read into layers, laid over the built-in one.

use std::path::{Path, PathBuf};

use crate::{
    config::plainly,
    content::{Layer, Pack, Problem, SourceFile, load},
};

/// The largest file of a pack, in bytes: a pack is written by hand.
const LARGEST_FILE: u64 = 4 << 20;
/// The most files of a pack.
const MOST_FILES: usize = 2000;
/// How deep a pack's folders may lie.
const DEEPEST: usize = 16;

/// Reads the packs in `folders` and lays them over the built-in one, in order.
///
/// # Errors
/// Everything that is wrong with them.
pub(super) fn over_the_built_in(folders: &[PathBuf]) -> Result<Pack, Vec<Problem>> {
    let (mut layers, mut problems) = (vec![Layer::built_in()], Vec::new());
    for folder in folders {
        let mut layer = Layer::default();
        read_folder(folder, DEEPEST, &mut layer, &mut problems);
        if layer.files.is_empty() && problems.is_empty() {
            problems.push(of_file(folder, "holds no .toml file; a pack is a folder of them"));
        }
        layers.push(layer);
    }
    if problems.is_empty() { load(&layers) } else { Err(problems) }
}

fn read_folder(folder: &Path, depth: usize, layer: &mut Layer, problems: &mut Vec<Problem>) {
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return problems.push(of_file(folder, &format!("cannot be read: {}", plainly(&error)))),
    };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        // A link to a folder is not followed, so that no walk goes in circles.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if depth > 0 {
                read_folder(&path, depth - 1, layer, problems);
            }
        } else if path.extension().is_some_and(|end| end == "toml") {
            match read_file(&path) {
                _ if layer.files.len() >= MOST_FILES => {
                    return problems
                        .push(of_file(folder, &format!("holds more than {MOST_FILES} files; split the pack")));
                }
                Ok(text) => layer.files.push(SourceFile::new(path.display().to_string(), text)),
                Err(wrong) => problems.push(of_file(&path, &wrong)),
            }
        }
    }
}

fn read_file(path: &Path) -> Result<String, String> {
    let told = |error| format!("cannot be read: {}", plainly(&error));
    let about = std::fs::metadata(path).map_err(told)?;
    if !about.is_file() {
        return Err("is no file".into());
    }
    if about.len() > LARGEST_FILE {
        return Err(format!("is larger than {} MiB; split it", LARGEST_FILE >> 20));
    }
    let bytes = std::fs::read(path).map_err(told)?;
    String::from_utf8(bytes).map_err(|_| "is not UTF-8 text; save it as UTF-8".into())
}

fn of_file(path: &Path, what: &str) -> Problem {
    Problem::at(&path.display().to_string(), "", 0, what)
}
