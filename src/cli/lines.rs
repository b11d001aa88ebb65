//! JSON lines: one object in, one object out, in order, as they come. A line that cannot be answered is answered with
//! an `error`, and the run goes on.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::PathBuf,
};

use serde_json::{Map, Value, json};

use super::Failure;
use crate::config::plainly;

/// The longest line that is read, in bytes: a text of the longest kind, with each character escaped.
const LONGEST_LINE: usize = 6 * super::input::LONGEST_TEXT + 4096;

/// A line of input, read: an object.
pub(super) type Request = Map<String, Value>;

/// Answers the lines of each file, or of standard input when there is none; see [`each`].
pub(super) fn over(
    files: &[PathBuf],
    mut answer: impl FnMut(&Request, Value) -> Result<Vec<u8>, String>,
) -> Result<(), Failure> {
    let mut unanswered = 0;
    let output = io::stdout().lock();
    let mut output = BufWriter::with_capacity(1 << 16, output);
    let standard_input = [PathBuf::from("-")];
    for file in if files.is_empty() { &standard_input } else { files } {
        unanswered += if super::input::is_standard_input(file) {
            each(io::stdin().lock(), &mut output, &mut answer)?
        } else {
            let opened =
                File::open(file).map_err(|error| format!("{}: cannot be read: {}", file.display(), plainly(&error)))?;
            each(opened, &mut output, &mut answer)?
        };
    }
    match unanswered {
        0 => Ok(()),
        1 => Err("1 line could not be read; its answer says why under \"error\"".to_owned().into()),
        more => Err(format!("{more} lines could not be read; their answers say why under \"error\"").into()),
    }
}

/// Answers each line of `input` by `answer`, which is given the request and its `id` and returns a line of JSON, or a
/// sentence on why there is none. Returns how many lines could not be answered.
///
/// # Errors
/// What reading or writing met.
pub(super) fn each(
    input: impl Read,
    mut output: impl Write,
    mut answer: impl FnMut(&Request, Value) -> Result<Vec<u8>, String>,
) -> io::Result<usize> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut line = Vec::new();
    let (mut number, mut unanswered) = (0, 0);
    loop {
        let read = next_line(&mut input, &mut line)?;
        number += 1;
        let (id, answered) = match read {
            Line::End => break,
            Line::Whole if line.trim_ascii().is_empty() => continue,
            Line::TooLong => (Value::Null, Err(format!("is longer than {LONGEST_LINE} bytes"))),
            Line::Whole => match parse(&line) {
                Ok(request) => {
                    let id = request.get("id").cloned().unwrap_or(Value::Null);
                    (id.clone(), answer(&request, id))
                }
                Err(wrong) => (Value::Null, Err(wrong)),
            },
        };
        let answered = answered.unwrap_or_else(|wrong| {
            unanswered += 1;
            json!({ "id": id, "error": format!("line {number}: {wrong}") }).to_string().into_bytes()
        });
        output.write_all(&answered)?;
        output.write_all(b"\n")?;
        // Whoever waits for an answer before the next line gets it now; in bulk, whole buffers are written.
        if !input.buffer().contains(&b'\n') {
            output.flush()?;
        }
    }
    output.flush()?;
    Ok(unanswered)
}

enum Line {
    Whole,
    TooLong,
    End,
}

fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut too_long = false;
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if buffer.is_empty() {
            return Ok(match (too_long, line.is_empty()) {
                (true, _) => Line::TooLong,
                (false, true) => Line::End,
                (false, false) => Line::Whole,
            });
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let piece = &buffer[..end.unwrap_or(buffer.len())];
        too_long |= line.len() + piece.len() > LONGEST_LINE;
        if !too_long {
            line.extend_from_slice(piece);
        }
        let used = piece.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(if too_long { Line::TooLong } else { Line::Whole });
        }
    }
}

fn parse(line: &[u8]) -> Result<Request, String> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let mut line = line.to_vec();
    mend_surrogates(&mut line);
    match serde_json::from_slice(&line) {
        Ok(Value::Object(request)) => Ok(request),
        Ok(_) => Err("is JSON, but not an object".into()),
        Err(error) => Err(format!("is not JSON (column {})", error.column())),
    }
}

/// Half a surrogate pair is no character, but `\ud800` may stand in JSON; it becomes the replacement character.
fn mend_surrogates(line: &mut [u8]) {
    let escape = |line: &[u8], at: usize| -> Option<u16> {
        let digits = line.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut at = 0;
    while let Some(step) = line[at..].iter().position(|byte| *byte == b'\\') {
        at += step;
        match escape(line, at) {
            Some(0xd800..=0xdbff) if matches!(escape(line, at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                line[at..at + 6].copy_from_slice(b"\\ufffd");
                at += 6;
            }
            // The escaped character is passed over with its backslash: it may be one itself.
            _ => at = (at + 2).min(line.len()),
        }
    }
}

/// The text under `key`; `None` when it is absent or null.
pub(super) fn text<'r>(request: &'r Request, key: &str) -> Result<Option<&'r str>, String> {
    match request.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() > super::input::LONGEST_TEXT => {
            Err(format!("`{key}` is longer than a megabyte"))
        }
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{key}` must be text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(input: &[u8]) -> Vec<Value> {
        let mut output = Vec::new();
        each(input, &mut output, |request, id| {
            let draft = text(request, "draft")?.ok_or("`draft` is missing")?;
            Ok(json!({ "id": id, "bytes": draft.len() }).to_string().into_bytes())
        })
        .unwrap();
        output.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }

    #[test]
    fn each_line_is_answered_in_order_and_bad_ones_too() {
        let input = b"{\"id\":1,\"draft\":\"a\"}\nnonsense\n\n[1]\n{\"id\":\"x\"}\n{\"id\":2,\"draft\":3}\r\n\xff\n{\"id\":[3],\"draft\":\"\"}";
        let told = answers(input);
        assert_eq!(told[0], json!({"id": 1, "bytes": 1}));
        assert_eq!(told[1], json!({"id": null, "error": "line 2: is not JSON (column 2)"}));
        assert_eq!(told[2], json!({"id": null, "error": "line 4: is JSON, but not an object"}));
        assert_eq!(told[3], json!({"id": "x", "error": "line 5: `draft` is missing"}));
        assert_eq!(told[4], json!({"id": 2, "error": "line 6: `draft` must be text"}));
        assert!(told[5]["error"].is_string());
        assert_eq!(told[6], json!({"id": [3], "bytes": 0}));
    }

    #[test]
    fn half_a_surrogate_pair_is_a_replacement_character() {
        for (line, bytes) in [
            (r#"{"draft":"\ud800"}"#, 3),
            (r#"{"draft":"\udc00\ud83d"}"#, 6),
            (r#"{"draft":"\ud83d\ude00"}"#, 4),
            (r#"{"draft":"\\ud800"}"#, 6),
            (r#"{"draft":"\ud83d\ud83d\ude00"}"#, 7),
        ] {
            assert_eq!(answers(line.as_bytes())[0]["bytes"], bytes, "{line}");
        }
        for broken in [r#"{"draft":"\"#, r#"{"draft":"\ud8"#, r"\", r#"{"draft":"\ud800"#] {
            assert!(answers(broken.as_bytes())[0]["error"].is_string(), "{broken}");
        }
    }

    #[test]
    fn a_line_without_end_is_refused_and_the_next_one_read() {
        let mut input = vec![b'x'; LONGEST_LINE + 1];
        input.extend_from_slice(b"\n{\"draft\":\"a\"}\n");
        let told = answers(&input);
        assert!(told[0]["error"].as_str().unwrap().contains("longer"));
        assert_eq!(told[1]["bytes"], 1);
    }
}
