//! `watch`: which channels are support, and who is staff.

use super::{
    Action, Answer, Block, Bot, Caller, Card, Error, OptionValue, Span, Tone,
    answer::{ButtonStyle, plain, strong, text},
    commands::Who,
    dispatch::{Options, gone},
    platform::{Destination, Permission},
};
use crate::store::ChannelId;

/// The most channels that a card lists.
const MOST_LISTED: usize = 50;

/// What customers may read about the bot; in the bot's words, for the team to pin.
const NOTICE: &str = "Bedside, an assistant, helps our support staff answer well here. It keeps the last few dozen messages of this \
     channel in its memory for two hours at most so that it can coach the people who answer, writes none of them down, and never \
     answers for them.";

impl Bot {
    pub(super) async fn watch_add(&self, caller: &Caller, options: &Options) -> Result<Answer, Error> {
        let channel = channel(options)?;
        let new = self.store.watch(&caller.workspace, channel).await?;
        self.read_settings(&caller.workspace).await?;
        let mut blocks = vec![Block::Text(vec![
            Span::Channel(channel.clone()),
            plain(if new { " is watched from now on" } else { " is watched already" }),
            plain(
                ", with its threads, posts and whatever channels it holds. I stay silent there: I hold the last few dozen messages in memory, two hours at most, and write none of them down.",
            ),
        ])];
        let there = Destination { workspace: caller.workspace.clone(), channel: channel.clone() };
        if self.platform.lacking(&there).await.is_ok_and(|lacking| lacking.contains(&Permission::ViewChannel)) {
            blocks.push(Block::Text(vec![
                strong("I cannot see it yet: "),
                plain("please grant me View Channel there (channel settings, Permissions). Until then I hear nothing of it."),
            ]));
        }
        if !self.platform.reads_messages(&caller.workspace) {
            blocks.push(Block::Text(vec![
                strong("One thing is missing: "),
                plain("this bot may not read messages. Whoever runs it switches on Message Content Intent in the Developer Portal (Bot, Privileged Gateway Intents) and restarts it. Until then the message command “Help me answer” works all the same."),
            ]));
        }
        if self.workspaces.staff(&caller.workspace).is_none() {
            blocks.push(text(
                "Staff are, for now, those who hold Manage Messages there. Name their role with /watch staff.",
            ));
        }
        blocks.push(text("People write more freely when they know. Here is a notice that you may want to pin there:"));
        blocks.push(Block::Quote(NOTICE.into()));
        // The notice speaks of the channel that it stands in.
        let actions = if caller.place.lineage().any(|here| here == channel) {
            vec![Action::Button {
                id: "watch:notice:".into(),
                label: "Post the notice in this channel".into(),
                style: ButtonStyle::Secondary,
            }]
        } else {
            blocks.push(text("Run the same command there and I offer to post it for you."));
            Vec::new()
        };
        Ok(Answer::Card(Card { title: "Watching".into(), tone: Tone::Good, blocks, actions, ..Card::default() }))
    }

    pub(super) async fn watch_remove(&self, caller: &Caller, options: &Options) -> Result<Answer, Error> {
        let channel = channel(options)?;
        let was = self.store.unwatch(&caller.workspace, channel).await?;
        self.read_settings(&caller.workspace).await?;
        let words = if was { " is no longer watched; what I held of it is forgotten." } else { " was not watched." };
        Ok(Answer::Card(Card {
            title: "Watching".into(),
            blocks: vec![Block::Text(vec![Span::Channel(channel.clone()), plain(words)])],
            ..Card::default()
        }))
    }

    pub(super) async fn watch_list(&self, caller: &Caller) -> Result<Answer, Error> {
        let watched = self.store.watched(&caller.workspace).await?;
        let mut blocks = Vec::new();
        if watched.is_empty() {
            blocks.push(text("Nothing is watched yet. /watch add makes a channel, forum or category a support channel; coaching then knows its conversations."));
        } else {
            let rest = watched.len().saturating_sub(MOST_LISTED);
            let shown = watched.into_iter().take(MOST_LISTED).map(|channel| vec![Span::Channel(channel)]);
            blocks.push(Block::Bullets(shown.collect()));
            if rest > 0 {
                blocks.push(text(format!("and {rest} more")));
            }
        }
        blocks.push(Block::Text(match self.workspaces.staff(&caller.workspace) {
            Some(role) => vec![strong("Staff: "), Span::Role(role)],
            None => vec![strong("Staff: "), plain("those who hold Manage Messages; /watch staff names a role instead")],
        }));
        if !self.platform.reads_messages(&caller.workspace) {
            blocks.push(text("This bot may not read messages at the moment: Message Content Intent is off. Watching rests until it is on."));
        }
        Ok(Answer::Card(Card { title: "Watching".into(), blocks, ..Card::default() }))
    }

    pub(super) async fn watch_staff(&self, caller: &Caller, options: &Options) -> Result<Answer, Error> {
        let Some(OptionValue::Role(role)) = options.get("role") else {
            return Err(Error::user("Please choose the role of the people who answer customers."));
        };
        self.store.set_staff(&caller.workspace, Some(role)).await?;
        self.read_settings(&caller.workspace).await?;
        Ok(Answer::Card(Card {
            title: "Staff".into(),
            tone: Tone::Good,
            blocks: vec![Block::Text(vec![Span::Role(role.clone()), plain(" may now use /coach and Help me answer.")])],
            ..Card::default()
        }))
    }

    /// The notice for everybody, from whoever may set up watching.
    pub(super) fn share_notice(&self, caller: &Caller) -> Result<Answer, Error> {
        self.require(caller, Who::ManageServer)?;
        if !self.watches(&caller.workspace, &caller.place) {
            return Err(Error::user("This channel is not watched, so the notice would not be true here."));
        }
        Ok(Answer::Share(Card {
            title: "About Bedside in this channel".into(),
            blocks: vec![text(NOTICE)],
            ..Card::default()
        }))
    }
}

fn channel(options: &Options) -> Result<&ChannelId, Error> {
    match options.get("channel") {
        Some(OptionValue::Channel(channel)) => Ok(channel),
        Some(_) => Err(gone()),
        None => Err(Error::user("Please choose a channel, a forum or a category.")),
    }
}
