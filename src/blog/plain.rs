//! A title as plain text, whatever it holds.

use unicode_segmentation::UnicodeSegmentation;

/// What is written in HTML, or in plain text, as one plain line of at most `most` characters: no tags, entities,
/// control characters, overrides of direction or invisible letters.
pub(super) fn plain(written: &str, most: usize) -> String {
    // Far more than is shown; the rest need not be looked at.
    let written = written.char_indices().nth(most * 40).map_or(written, |(end, _)| &written[..end]);
    let text = resolved(&untagged(written));
    let seen: String = text.chars().filter_map(shown).collect();
    let line = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&line, most)
}

/// Without tags and comments. “a < b” is no tag.
fn untagged(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        text.push_str(before);
        let opens = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if let Some(end) = tag.find('>').filter(|_| opens) {
            text.push_str(if breaks(tag) { " " } else { "" });
            rest = &tag[end + 1..];
        } else {
            text.push('<');
            rest = &tag[1..];
        }
    }
    text + rest
}

/// Whether a tag parts two words.
fn breaks(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
    matches!(name.to_ascii_lowercase().as_str(), "br" | "p" | "div" | "li" | "h1" | "h2" | "h3" | "tr" | "td")
}

/// With entities as the characters that they stand for.
fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.get(1..).and_then(|name| name.split_once(';')).map(|(name, _)| name);
        if let Some((name, c)) = entity.and_then(|name| Some((name, character(name)?))) {
            out.push(c);
            rest = &rest[name.len() + 2..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out + rest
}

fn character(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "eacute" => 'é',
        _ => return None,
    })
}

/// The character as it may be shown; none where it is not to be seen.
fn shown(c: char) -> Option<char> {
    match c {
        c if c.is_whitespace() => Some(' '),
        // Joiners in emoji and scripts stay; marks and overrides of direction, fillers and tags go.
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{180E}'
        | '\u{3164}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{200B}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// At most `most` characters, cut at a word where one is near, and never within what is seen as one.
fn shortened(line: &str, most: usize) -> String {
    if line.chars().count() <= most {
        return line.to_owned();
    }
    let (mut taken, mut end, mut word) = (1, 0, 0);
    for (at, grapheme) in line.grapheme_indices(true) {
        taken += grapheme.chars().count();
        if grapheme == " " {
            word = at;
        }
        if taken > most {
            break;
        }
        end = at + grapheme.len();
    }
    let end = if word > 0 && end - word < 40 { word } else { end };
    format!("{}…", &line[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_plain() {
        for (written, shown) in [
            ("Listening, five ways", "Listening, five ways"),
            ("  A\n\ttitle \u{0} on\u{7} lines ", "A title on lines"),
            ("It&#8217;s <em>un</em>fair &amp; &lt;b&gt; &hellip;", "It’s unfair & <b> …"),
            ("a < b > c && d &nosuch; &#x110000; &", "a < b > c && d &nosuch; &#x110000; &"),
            ("<script>alert(1)</script><p>one</p><p>two</p>", "alert(1) one two"),
            ("<!-- a --><img src=x onerror=y>", ""),
            ("evil \u{202E}txt.exe\u{2066}\u{200B}\u{E0041}\u{FEFF}", "evil txt.exe"),
            ("@everyone **x** [y](https://z.example)", "@everyone **x** [y](https://z.example)"),
            ("👩‍👩‍👧‍👦 é", "👩‍👩‍👧‍👦 é"),
        ] {
            assert_eq!(plain(written, 200), shown, "{written}");
        }
    }

    #[test]
    fn what_is_long_is_cut_with_grace() {
        assert_eq!(plain("one two three", 9), "one two…");
        assert_eq!(plain(&"word ".repeat(2000), 20), "word word word word…");
        for hostile in ["e".to_owned() + &"\u{301}".repeat(10_000), "<".repeat(10_000), "&".repeat(10_000)] {
            assert!(plain(&hostile, 200).chars().count() <= 200);
        }
    }
}
