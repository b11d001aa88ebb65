//! Reads messages and does nothing with them. The first argument is where Discord's gateway is.

use twilight_gateway::{ConfigBuilder, EventTypeFlags, Intents, Shard, ShardId, StreamExt as _};

#[tokio::main]
async fn main() {
    let address = std::env::args().nth(1).expect("an address");
    let intents = Intents::GUILDS | Intents::GUILD_MESSAGES | Intents::MESSAGE_CONTENT;
    let config = ConfigBuilder::new("MTE.bench.token".into(), intents).proxy_url(address).build();
    let mut shard = Shard::with_config(ShardId::ONE, config);
    while let Some(event) = shard.next_event(EventTypeFlags::all()).await {
        match event {
            Ok(event) => drop(std::hint::black_box(event)),
            Err(error) => eprintln!("{error}"),
        }
    }
}
