//! Where drafts and messages come from: standard input, files, folders of files.

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::{Path, PathBuf},
};

use crate::config::plainly;

/// The longest draft that is read, in bytes: more is no reply.
pub(super) const LONGEST_TEXT: usize = 1 << 20;
/// How deep folders are walked.
const DEEPEST: usize = 32;

/// One draft or message, and where it came from.
pub(super) struct Text {
    /// The file, or `-` for standard input.
    pub(super) name: String,
    /// What it says.
    pub(super) text: String,
}

/// The files that the arguments stand for: themselves, and every .txt and .md under those that are folders, in order.
/// No argument at all is standard input.
///
/// # Errors
/// A sentence for each argument that stands for nothing.
pub(super) fn files(arguments: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<String>> {
    if arguments.is_empty() {
        return Ok(vec!["-".into()]);
    }
    if arguments.iter().filter(|path| is_standard_input(path)).count() > 1 {
        return Err(vec!["- is standard input, and can be read only once; name it once".into()]);
    }
    let (mut files, mut wrong) = (Vec::new(), Vec::new());
    for path in arguments {
        if !path.is_dir() || is_standard_input(path) {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        if let Err(error) = walk(path, DEEPEST, &mut files) {
            wrong.push(format!("{}: cannot be read: {}", path.display(), plainly(&error)));
        } else if files.len() == before {
            wrong.push(format!(
                "{}: there is no .txt or .md file in this folder; name a file or another folder",
                path.display()
            ));
        }
    }
    if wrong.is_empty() { Ok(files) } else { Err(wrong) }
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        // A link to a folder is not followed, so that no walk goes in circles.
        if kind.is_dir() && depth > 0 {
            walk(&path, depth - 1, files)?;
        } else if path.is_file() && path.extension().is_some_and(|end| end == "txt" || end == "md") {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads texts one after another, as they are asked for.
///
/// # Errors
/// A sentence when the first is the only one and cannot be read: there is nothing to prepare for then.
pub(super) fn texts(files: &[PathBuf]) -> Result<impl Iterator<Item = Result<Text, String>>, String> {
    let mut texts = files.iter().map(|file| read(file)).peekable();
    match texts.peek() {
        Some(Err(wrong)) if files.len() == 1 => Err(wrong.clone()),
        _ => Ok(texts),
    }
}

/// Reads one text whole.
///
/// # Errors
/// A sentence: what is wrong with it, after its name.
pub(super) fn read(path: &Path) -> Result<Text, String> {
    if are_words(path) {
        return Err("words were given where a file's name belongs; pipe them in: echo \"…\" | bedside review".into());
    }
    let name = if is_standard_input(path) { "standard input".to_owned() } else { path.display().to_string() };
    let told = |wrong: String| format!("{name}: {wrong}");
    let mut bytes = Vec::new();
    let limit = LONGEST_TEXT as u64 + 1;
    if is_standard_input(path) {
        if io::stdin().is_terminal() {
            eprintln!("Type or paste the text, then press Ctrl+D on a line of its own.");
        }
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    }
    .map_err(|error| told(format!("cannot be read: {}", plainly(&error))))?;
    let text = decode(bytes).map_err(told)?;
    Ok(Text { name: if is_standard_input(path) { "-".into() } else { name }, text })
}

/// The text that bytes are, without a byte-order mark.
fn decode(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.len() > LONGEST_TEXT {
        return Err("is longer than a megabyte; a reply is not, so name the text alone".into());
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16 text; save it as UTF-8".into());
    }
    if bytes.contains(&0) {
        return Err("is not text (it holds zero bytes); name a text file".into());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        format!("is not UTF-8 text (byte {} is none); save it as UTF-8", error.utf8_error().valid_up_to() + 1)
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if text.trim().is_empty() {
        return Err("is empty, so there is nothing to read; write something in it first".into());
    }
    Ok(text)
}

/// Whether a path stands for standard input.
pub(super) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Whether words were given where a file's name belongs. They are somebody's, so no error repeats them.
fn are_words(path: &Path) -> bool {
    let name = path.to_string_lossy();
    let end = path.extension().unwrap_or_default().as_encoded_bytes();
    let ends_as_a_file = !end.is_empty() && end.iter().all(u8::is_ascii_alphanumeric);
    name.trim().contains(char::is_whitespace) && !ends_as_a_file && !path.exists()
}
