//! `report`: where missed, failed and unknown tips are told.

use super::{
    Answer, Card, Error, Tone,
    answer::{Block, Span, plain},
    daily::{Daily, Options, channel_option, check_permissions},
    request::Caller,
};

/// Says where missed, failed and unknown tips are told; what could not be told before is told there now.
pub async fn report(daily: &Daily, caller: &Caller, options: &Options) -> Result<Answer, Error> {
    let channel = channel_option(options).ok_or_else(|| Error::user("Please say in which channel."))?;
    check_permissions(daily, caller, &channel).await?;
    daily.store.set_report(&caller.workspace, Some(&channel)).await?;
    daily.store.tell_again(&caller.workspace, daily.clock.now()).await?;
    daily.changed();
    let line = vec![
        plain("Missed, failed and unknown tips are told in "),
        Span::Channel(channel),
        plain(" from now on. Please make sure that the team's leads read it."),
    ];
    let blocks = vec![Block::Text(line)];
    Ok(Answer::Card(Card { title: "The report channel is set".into(), tone: Tone::Good, blocks, ..Card::default() }))
}
