//! The handlers: each reads, asks an engine, and answers. That takes a millisecond for a
//! long mail, and some ten for the longest text that is taken.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};

use super::{
    Api,
    body::Body,
    problem::Problem,
    requests::{CoachRequest, From, MoodRequest, ReviewRequest, TipQuery},
};
use crate::{
    coach::{Turn, coach, named},
    content::{Pack, Tip},
    mood::mood,
    review::{Draft, review},
    shapes,
};

pub(super) async fn review_draft(State(api): State<Arc<Api>>, Body(asked): Body<ReviewRequest>) -> Answered {
    answered(|| {
        let ReviewRequest { draft, answers, medium } = &asked;
        let draft = Draft { text: draft, answers: answers.as_deref(), medium: medium.unwrap_or_default() };
        let found = review(&api.state.library.pack(), &draft);
        Ok(Json(shapes::Review::of(&found, &api.state.safety, None)).into_response())
    })
}

pub(super) async fn read_mood(State(api): State<Arc<Api>>, Body(asked): Body<MoodRequest>) -> Answered {
    answered(|| {
        let found = mood(&api.state.library.pack(), &asked.message);
        Ok(Json(shapes::Mood::of(&found, None)).into_response())
    })
}

pub(super) async fn advise(State(api): State<Arc<Api>>, Body(asked): Body<CoachRequest>) -> Answered {
    answered(|| {
        let pack = api.state.library.pack();
        let about = asked.about.as_deref().map(str::trim);
        if let Some(about) = about
            && !about.contains(char::is_whitespace)
            && named(&pack, about).is_none()
        {
            return Err(Problem::Unknown(format!(
                "There is no coaching of that name; choose one of {}, or describe the situation in a few words.",
                listed(pack.states.iter().map(|state| state.id.as_str()))
            )));
        }
        let turn = |message: &super::requests::Message| message.from == From::Customer;
        let turns: Vec<_> = asked
            .messages
            .iter()
            .map(|message| Turn { from_customer: turn(message), text: &message.text, minutes_ago: None })
            .collect();
        let advice = coach(&pack, &turns, about)
            .ok_or_else(|| Problem::Unknown("The packs in use have no coaching for this situation.".to_owned()))?;
        Ok(Json(shapes::Advice::of(&advice, &api.state.safety)).into_response())
    })
}

pub(super) async fn some_tip(State(api): State<Arc<Api>>, query: Result<Query<TipQuery>, QueryRejection>) -> Answered {
    let Query(wanted) = query.map_err(|_| Problem::Unfit(TipQuery::FITS))?;
    answered(|| {
        let library = &api.state.library;
        let pack = library.pack();
        let tips = about(&pack, wanted.topic.as_deref().unwrap_or_default());
        let Some(tip) = drawn(&tips, wanted.seed) else {
            return Err(Problem::Unknown(format!(
                "There is no tip on that topic; choose one of {}.",
                listed(pack.topics.iter().map(|topic| topic.id.as_str()))
            )));
        };
        Ok(Json(shapes::Tip::of(tip, &pack, library.links())).into_response())
    })
}

/// The tips on a topic, named by its id or its name; all of them where none is named.
fn about<'p>(pack: &'p Pack, topic: &str) -> Vec<&'p Tip> {
    let wanted = topic.trim().to_lowercase();
    if wanted.is_empty() {
        return pack.tips.iter().collect();
    }
    let topic = pack.topics.iter().find(|topic| topic.id == wanted || topic.name.to_lowercase() == wanted);
    topic.map_or_else(Vec::new, |topic| pack.tips.iter().filter(|tip| tip.topic == topic.id).collect())
}

fn drawn<'p>(tips: &[&'p Tip], seed: Option<u32>) -> Option<&'p Tip> {
    let mut random = seed.map_or_else(fastrand::Rng::new, |seed| fastrand::Rng::with_seed(u64::from(seed)));
    random.choice(tips).copied()
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

type Answered = Result<Response, Problem>;

/// Answers, or says that it went wrong: a mistake in an engine costs this one answer.
fn answered(answer: impl FnOnce() -> Answered) -> Answered {
    catch_unwind(AssertUnwindSafe(answer)).unwrap_or_else(|_| {
        tracing::error!("an engine failed on a request to the JSON API; the answer was dropped");
        Err(Problem::Ours)
    })
}
