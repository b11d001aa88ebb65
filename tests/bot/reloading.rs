//! Packs are replaced while drafts are under review and tips are on the screen.

use std::sync::Arc;

use bedside::{
    bot::{Library, Settings},
    content::{Layer, Pack, SourceFile, load},
};

use crate::world::{World, agent, button, form, lead, reads, refused, update, words, workspace};

fn without(rules: &[&str], tips: &[&str]) -> Pack {
    let ids: Vec<String> = rules.iter().chain(tips).map(|id| format!("\"{id}\"")).collect();
    let text = format!("[pack]\noff = [{}]\n", ids.join(", "));
    let own = SourceFile { name: "our-pack/off.toml".into(), text: text.into() };
    load(&[Layer::built_in(), Layer { files: vec![own] }]).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

#[tokio::test]
async fn a_pack_that_lost_a_rule_and_a_tip_breaks_nothing_under_way() {
    let library = Arc::new(Library::new(Pack::built_in(), false));
    let world = World::with(library, Settings::default()).await;
    let draft = &[("draft", "You should have backed that up. Calm down.")];
    let shown = world.card(&agent(), "review", draft).await;
    let asked = world.card(&lead(), "review", draft).await;
    let asked = update(world.choose(&lead(), &asked, "blame/should-have").await);
    let edited = form(world.press(&agent(), &shown, "Edit and review again").await);
    let tip = world.card(&agent(), "tip", &[]).await;
    let tip_id = button(&tip, "Share with this channel").rsplit(':').next().unwrap().to_owned();
    world.said(&lead(), "rules off", &[("rule", "dismissal/calm-down")]).await;

    world.library.replace(without(&["blame/should-have", "dismissal/calm-down"], &[&tip_id]));

    assert!(words(&update(world.press(&agent(), &shown, "Why?").await)).contains("Reads well"));
    refused(&world.choose(&agent(), &shown, "blame/should-have").await);
    assert!(reads(&world.press(&lead(), &asked, "The team").await).contains("Reads well"));
    let said = words(&update(world.submit(&agent(), &edited, &[("draft", "Calm down.")]).await));
    assert!(!said.contains("Mend"), "{said}");
    refused(&world.press(&agent(), &tip, "Share with this channel").await);
    assert!(!words(&update(world.press(&agent(), &tip, "Another tip").await)).is_empty());
    // What is off but no longer there is listed, and can be taken off the list.
    let list = world.said(&lead(), "rules list", &[]).await;
    assert!(list.contains("dismissal/calm-down no longer in the pack"), "{list}");
    assert!(world.said(&lead(), "rules on", &[("rule", "dismissal/calm-down")]).await.contains("on again"));
    assert!(world.store.muted(&workspace(), None).await.unwrap().len() <= 1);

    world.library.replace(Pack::built_in());
    assert!(world.said(&agent(), "review", &[("draft", "Calm down.")]).await.contains("Mend"));
}

#[tokio::test]
async fn without_links_posts_are_named_in_words() {
    let library = Arc::new(Library::new(Pack::built_in(), false));
    let world = World::with(library, Settings::default()).await;
    let tip = world.card(&agent(), "tip", &[]).await;
    assert!(!format!("{tip:?}").contains("Link"), "{tip:?}");
}
