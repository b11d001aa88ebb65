//! Packs laid over one another: a later one adds, replaces by id, switches off by id and allows words.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use include_dir::{Dir, include_dir};
use toml::Spanned;

use super::{
    problem::Problem,
    schema::{self, File, Placed},
};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/responses");

/// A file of a pack.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// What problems call it.
    pub name: String,
    /// What stands in it.
    pub text: Cow<'static, str>,
    /// Whether its patterns are known to be right, as the built-in pack's are by its tests.
    pub proven: bool,
}

impl SourceFile {
    /// A file of a pack of somebody's own.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: Cow::Owned(text.into()), proven: false }
    }
}

/// The files of one pack.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// In order.
    pub files: Vec<SourceFile>,
}

impl Layer {
    /// The pack that comes with the program.
    pub fn built_in() -> Self {
        let mut files = Vec::new();
        collect(&BUILT_IN, &mut files);
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Self { files }
    }
}

fn collect(dir: &'static Dir<'static>, files: &mut Vec<SourceFile>) {
    for file in dir.files() {
        if file.path().extension().is_some_and(|e| e == "toml")
            && let Some(text) = file.contents_utf8()
        {
            let name = format!("responses/{}", file.path().display());
            files.push(SourceFile { name, text: Cow::Borrowed(text), proven: true });
        }
    }
    for inner in dir.dirs() {
        collect(inner, files);
    }
}

/// Something written in a pack, with the file it stands in.
pub(super) struct Written<T> {
    pub file: usize,
    pub item: T,
}

/// What remains when all layers lie on one another.
#[derive(Default)]
pub(super) struct Merged {
    pub sources: Vec<SourceFile>,
    pub posts: Vec<Written<schema::RawPost>>,
    pub topics: Vec<Written<schema::RawTopic>>,
    pub tips: Vec<Written<schema::RawTip>>,
    pub rules: Vec<Written<schema::RawRule>>,
    pub cues: Vec<Written<schema::RawCue>>,
    pub signals: Vec<Written<schema::RawSignal>>,
    pub moods: Vec<Written<schema::RawMood>>,
    pub states: Vec<Written<schema::RawState>>,
    pub levels: Vec<Written<schema::RawLevel>>,
    pub habits: Vec<Written<schema::RawHabit>>,
    pub cards: Vec<Written<schema::RawCard>>,
    pub quizzes: Vec<Written<schema::RawQuiz>>,
    /// What is switched off.
    pub off: HashSet<String>,
    pub allow: Vec<String>,
}

/// Anything with an id.
pub(super) trait Named {
    fn id(&self) -> &Placed;
}

macro_rules! named {
    ($($type:ident)*) => { $(impl Named for schema::$type { fn id(&self) -> &Placed { &self.id } })* };
}

named!(RawPost RawTopic RawTip RawRule RawCue RawSignal RawMood RawState RawLevel RawHabit RawCard RawQuiz);

impl Merged {
    /// Lays the layers over one another; syntax errors come one a file, then ids given twice and the like.
    pub(super) fn of(layers: &[Layer]) -> Result<Self, Vec<Problem>> {
        let mut merged = Self::default();
        let mut problems = Vec::new();
        let mut parsed = Vec::new();
        for (number, layer) in layers.iter().enumerate() {
            for source in &layer.files {
                let file = merged.sources.len();
                merged.sources.push(source.clone());
                match toml::from_str::<File>(&source.text) {
                    Ok(content) => parsed.push((number, file, content)),
                    Err(error) => problems.push(Problem::from_toml(&source.name, &source.text, &error)),
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut off: Vec<(usize, Placed)> = Vec::new();
        let mut seen = Seen::default();
        for (layer, file, content) in parsed {
            let mut at = At { layer, file, sources: &merged.sources, seen: &mut seen, problems: &mut problems };
            at.add(&mut merged.posts, content.post, "post");
            at.add(&mut merged.topics, content.topic, "topic");
            at.add(&mut merged.tips, content.tip, "tip");
            at.add(&mut merged.rules, content.rule, "rule");
            at.add(&mut merged.cues, content.cue, "cue");
            at.add(&mut merged.signals, content.signal, "signal");
            at.add(&mut merged.moods, content.mood, "mood");
            at.add(&mut merged.states, content.state, "state");
            at.add(&mut merged.levels, content.level, "level");
            at.add(&mut merged.habits, content.habit, "habit");
            at.add(&mut merged.cards, content.card, "card");
            at.add(&mut merged.quizzes, content.quiz, "quiz");
            off.extend(content.pack.off.into_iter().map(|id| (file, id)));
            merged.allow.extend(content.pack.allow.into_iter().map(|word| word.into_inner().to_lowercase()));
        }
        for (file, id) in off {
            if !merged.switch_off(id.get_ref()) {
                problems.push(placed_problem(
                    &merged.sources,
                    file,
                    &id,
                    format!("there is no `{}` to switch off", id.get_ref()),
                ));
            }
        }
        if problems.is_empty() { Ok(merged) } else { Err(problems) }
    }

    fn switch_off(&mut self, id: &str) -> bool {
        fn without<T: Named>(list: &mut Vec<Written<T>>, id: &str) -> bool {
            let before = list.len();
            list.retain(|written| written.item.id().get_ref() != id);
            before != list.len()
        }
        let found = [
            without(&mut self.tips, id),
            without(&mut self.rules, id),
            without(&mut self.signals, id),
            without(&mut self.habits, id),
            without(&mut self.cards, id),
            without(&mut self.quizzes, id),
        ];
        self.off.insert(id.to_owned());
        found.contains(&true)
    }
}

/// Which layer last named an id of a kind, and its place in the list.
type Seen = HashMap<(&'static str, String), (usize, usize)>;

struct At<'a> {
    layer: usize,
    file: usize,
    sources: &'a [SourceFile],
    seen: &'a mut Seen,
    problems: &'a mut Vec<Problem>,
}

impl At<'_> {
    fn add<T: Named>(&mut self, list: &mut Vec<Written<T>>, items: Vec<T>, kind: &'static str) {
        for item in items {
            let id = item.id().get_ref().clone();
            if id.is_empty()
                || id.len() > 64
                || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-/".contains(&b))
            {
                let what = format!("`{id}` is no id: use at most 64 of a-z, 0-9, `-` and `/`");
                self.problems.push(placed_problem(self.sources, self.file, item.id(), what));
                continue;
            }
            match self.seen.get(&(kind, id.clone())) {
                Some(&(layer, _)) if layer == self.layer => {
                    let what = format!("the {kind} `{id}` is already there in this pack; give this one another id");
                    self.problems.push(placed_problem(self.sources, self.file, item.id(), what));
                }
                Some(&(_, place)) => {
                    list[place] = Written { file: self.file, item };
                    self.seen.insert((kind, id), (self.layer, place));
                }
                None => {
                    self.seen.insert((kind, id), (self.layer, list.len()));
                    list.push(Written { file: self.file, item });
                }
            }
        }
    }
}

/// A problem at the place where something was written.
pub(super) fn placed_problem<T>(
    sources: &[SourceFile],
    file: usize,
    placed: &Spanned<T>,
    what: impl Into<String>,
) -> Problem {
    let source = &sources[file];
    Problem::at(&source.name, &source.text, placed.span().start, what)
}
