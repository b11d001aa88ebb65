//! What is counted rather than read: capitals, marks, lengths, steps.

use super::Reader;
use crate::{
    content::{CueName, Measure, MoodName},
    language::{ByteSpan, Ending, Text, words},
};

/// Words that are shouted when they stand in capitals, however short.
const SHOUTED: &[&str] = &[
    "not",
    "never",
    "must",
    "always",
    "please",
    "stop",
    "read",
    "again",
    "you",
    "now",
    "all",
    "every",
    "why",
    "before",
    "only",
    "immediately",
    "do",
    "don't",
    "cannot",
    "can't",
    "after",
    "first",
    "this",
    "that",
    "already",
    "still",
    "need",
    "wait",
    "how",
    "what",
    "very",
    "really",
    "anything",
    "nothing",
    "everything",
    "your",
    "yourself",
    "told",
    "said",
    "have",
];

/// Acronyms that nobody needs explained.
const KNOWN_ACRONYMS: &[&str] = &[
    "IT", "PC", "USB", "PDF", "OK", "ID", "URL", "HR", "TV", "UK", "US", "EU", "AM", "PM", "FAQ", "SMS", "PIN", "VPN",
    "MFA", "PS", "CEO", "CFO", "GMT", "UTC", "BST", "CET", "EST", "PST", "IST", "CV", "DVD", "CD", "HTML", "PNG",
    "JPG", "WIFI", "ASAP", "FYI", "RAM", "CPU", "GB", "MB", "TB", "KB", "HDMI", "QR", "GPS", "LED", "DIY", "ETA",
    "NHS", "II", "III", "IV", "CSV", "ZIP", "MAC",
];

const NEGATIVE: &[&str] = &[
    "problem",
    "problems",
    "fail",
    "fails",
    "failed",
    "failure",
    "wrong",
    "error",
    "errors",
    "issue",
    "issues",
    "bad",
    "unable",
    "cannot",
    "can't",
    "won't",
    "broken",
    "never",
    "impossible",
    "refuse",
    "refused",
    "denied",
    "unfortunately",
    "sadly",
    "terrible",
    "worst",
    "useless",
    "fault",
    "blame",
    "mess",
    "not",
    "no",
];

/// Acronyms long enough to be taken for shouted words.
const LONG_ACRONYMS: &[&str] = &[
    "HTML", "HTTP", "HTTPS", "JSON", "YAML", "LDAP", "SAML", "VLAN", "WLAN", "DHCP", "SMTP", "IMAP", "BIOS", "UEFI",
    "RAID", "CTRL", "SCCM", "SIEM", "SAAS", "NTFS", "OAUTH", "ASCII", "POSIX", "EMEA", "APAC", "GDPR", "HIPAA", "ISO",
    "IEEE", "CIFS", "KVM", "RFID", "SCSI", "SATA", "NVME", "PCIE", "EDID", "CUPS", "ERP", "MDM", "BYOD", "TOTP",
    "PDFS", "PCS", "VPNS", "NASA", "UTF", "SFTP", "FTPS", "ICMP", "SNMP", "NTLM", "WIFI", "MIMO", "DICOM", "PACS",
    "SQL", "MYSQL", "CRUD", "REST", "SOAP", "BOM",
];

/// Whether a word in capitals is an acronym rather than a shout: known as one, or without a vowel to shout with.
fn is_acronym(word: &str) -> bool {
    KNOWN_ACRONYMS.contains(&word) || LONG_ACRONYMS.contains(&word) || !word.contains(['A', 'E', 'I', 'O', 'U'])
}

/// Questions that, first and bare, read as an interrogation (Danescu-Niculescu-Mizil et al. 2013).
const ASKING: &[&str] = &["what", "what's", "why", "who", "who's", "how"];

impl Reader<'_> {
    /// The bytes of the draft at which a measure passes its limit.
    pub(super) fn measure(&self, measure: Measure, limit: usize) -> Option<ByteSpan> {
        let text = &self.scanned.text;
        match measure {
            Measure::Capitals => self.shouted(limit),
            Measure::Marks => {
                run_of(&text.folded, |b| matches!(b, b'!' | b'?'), limit + 1).map(|span| text.origin(span))
            }
            Measure::Ellipsis => self.trailing_dots(limit),
            Measure::SentenceWords => {
                let long = text.sentences.iter().find(|s| s.words > limit && !s.listed)?;
                Some(text.origin(self.opening(long.span)))
            }
            Measure::StepsInParagraph => self.crowded_paragraph(limit),
            Measure::Words => {
                let body = self.scanned.body();
                let count = words(body.of(&text.folded)).count();
                (count > 0 && count < limit && !self.is_warm()).then(|| text.origin(body))
            }
            Measure::Acronyms => self.unexplained_acronyms(limit),
            Measure::Apologies => self.shown.spans(CueName::Apology).get(limit).map(|span| text.origin(*span)),
            Measure::Emoji => self.emoji(limit),
            Measure::QuestionFirst => self.question_first(),
            Measure::NegativeWords => self.negative(limit),
        }
    }

    /// The first words of a sentence: enough to find it by, where all of it would fill a page.
    fn opening(&self, sentence: ByteSpan) -> ByteSpan {
        const SHOWN: usize = 12;
        let folded = &self.scanned.text.folded;
        let mut spaces = sentence.of(folded).match_indices(' ');
        let end = spaces.nth(SHOWN - 1).map_or(sentence.end, |(at, _)| sentence.start + at);
        ByteSpan { start: sentence.start, end }
    }

    /// A short reply that greets, thanks, feels or promises is short, not terse.
    fn is_warm(&self) -> bool {
        use CueName::{
            Apology, Check, Close, Credit, Effect, Feeling, Greeting, NextStep, Owner, Thanks, Time, Validation,
        };
        let own = [Apology, Check, Close, Credit, Effect, Feeling, Greeting, NextStep, Owner, Thanks, Time, Validation];
        self.shown.count(&own) >= 1
    }

    fn shouted(&self, limit: usize) -> Option<ByteSpan> {
        let text = &self.scanned.text;
        let mut found: Option<ByteSpan> = None;
        let mut count = 0;
        let mut run: Option<(ByteSpan, usize)> = None;
        for (span, word) in text.written_words() {
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let capitals =
                letters >= 2 && word.chars().all(|c| !c.is_lowercase()) && !word.chars().any(|c| c.is_ascii_digit());
            if !capitals {
                run = None;
                continue;
            }
            let in_a_row = run.map_or(1, |(_, n)| n + 1);
            run = Some((run.map_or(span, |(first, _)| ByteSpan { start: first.start, end: span.end }), in_a_row));
            if SHOUTED.contains(&word.to_lowercase().as_str()) || letters >= 4 && !is_acronym(word) {
                count += 1;
                let all = run.map_or(span, |(all, _)| all);
                found =
                    Some(found.map_or(all, |f| {
                        if f.end < all.start { f } else { ByteSpan { start: f.start, end: all.end } }
                    }));
            }
        }
        found.filter(|_| count > limit).filter(|span| span.end <= text.original.len())
    }

    fn trailing_dots(&self, limit: usize) -> Option<ByteSpan> {
        let text = &self.scanned.text;
        let trailing = text.sentences.iter().filter(|s| !s.listed && s.span.of(&text.folded).ends_with("..."));
        trailing.map(|s| text.origin(ByteSpan { start: s.span.end - 3, end: s.span.end })).nth(limit)
    }

    fn crowded_paragraph(&self, limit: usize) -> Option<ByteSpan> {
        let text = &self.scanned.text;
        let mut in_paragraph = (usize::MAX, 0);
        for step in self.shown.spans(CueName::Step) {
            let sentence = &text.sentences[text.sentence_at(step.start)?];
            if sentence.listed {
                continue;
            }
            in_paragraph = if in_paragraph.0 == sentence.paragraph {
                (sentence.paragraph, in_paragraph.1 + 1)
            } else {
                (sentence.paragraph, 1)
            };
            if in_paragraph.1 > limit {
                return Some(text.origin(sentence.span));
            }
        }
        None
    }

    fn unexplained_acronyms(&self, limit: usize) -> Option<ByteSpan> {
        let text = &self.scanned.text;
        let known_to_reader = |word: &str| {
            let in_message = self.answered.as_ref().is_some_and(|a| a.scanned.text.original.contains(word));
            in_message || text.original.contains(&format!("({word})")) || text.original.contains(&format!("{word} ("))
        };
        let mut met: Vec<&str> = Vec::new();
        for (span, word) in text.written_words() {
            let letters = word.chars().filter(char::is_ascii_uppercase).count();
            let plain = word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
            // HL7 is one; COM3, QA76 and AS64512 are names of things with their numbers.
            let acronym = (2..=5).contains(&letters) && plain && word.len() - letters <= 1 && !word.starts_with("COM");
            let shouted = || SHOUTED.contains(&word.to_lowercase().as_str());
            if acronym
                && !shouted()
                && !KNOWN_ACRONYMS.contains(&word)
                && !met.contains(&word)
                && !known_to_reader(word)
            {
                met.push(word);
                if met.len() > limit {
                    return Some(span);
                }
            }
        }
        None
    }

    fn emoji(&self, limit: usize) -> Option<ByteSpan> {
        let text = &self.scanned.text;
        let limit = limit + usize::from(self.may_smile_back());
        emojis(text).nth(limit).map(|(start, c)| ByteSpan { start, end: start + c.len_utf8() })
    }

    /// They are thankful, or used one first and are not upset: one back is fine.
    fn may_smile_back(&self) -> bool {
        self.answered.as_ref().is_some_and(|a| {
            a.mood.mood == MoodName::Thankful || !a.is_upset() && emojis(&a.scanned.text).next().is_some()
        })
    }

    /// A question word before anything else was said.
    fn question_first(&self) -> Option<ByteSpan> {
        let text = &self.scanned.text;
        let body = self.scanned.body();
        let first = text.sentences.iter().find(|s| s.span.end > body.start)?;
        let start = first.span.start.max(body.start);
        let opening = words(&text.folded[start..first.span.end]).next()?;
        let bare = first.ending == Ending::Question && ASKING.contains(&opening);
        bare.then(|| text.origin(ByteSpan { start, end: first.span.end }))
    }

    fn negative(&self, limit: usize) -> Option<ByteSpan> {
        const FEWEST_WORDS: usize = 20;
        let text = &self.scanned.text;
        let all = text.word_count();
        let negative = words(&text.folded).filter(|w| NEGATIVE.contains(w)).count();
        (all >= FEWEST_WORDS && negative * 100 > limit * all).then(|| text.origin(self.scanned.body()))
    }
}

/// The emojis of a text outside what is never judged.
fn emojis<'t>(text: &'t Text<'_>) -> impl Iterator<Item = (usize, char)> + 't {
    // A skin's tone belongs to the emoji before it, as does what a joiner adds to it.
    let is_tone = |c: char| matches!(u32::from(c), 0x1F3FB..=0x1F3FF);
    let is_emoji = move |c: char| matches!(u32::from(c), 0x1F300..=0x1FAFF | 0x2600..=0x26FF) && !is_tone(c);
    let joined = |at: usize| text.original[..at].ends_with('\u{200d}');
    text.original.char_indices().filter(move |&(at, c)| is_emoji(c) && !joined(at) && !text.is_protected(at))
}

/// The first run of at least `length` bytes of a kind.
fn run_of(folded: &str, is: impl Fn(u8) -> bool, length: usize) -> Option<ByteSpan> {
    let bytes = folded.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        if !is(bytes[start]) {
            start += 1;
            continue;
        }
        let end = bytes[start..].iter().position(|b| !is(*b)).map_or(bytes.len(), |n| start + n);
        if end - start >= length {
            return Some(ByteSpan { start, end });
        }
        start = end;
    }
    None
}
