//! Reads messages and does nothing with them. The first argument is where Discord is.

use serenity::{
    all::{ClientBuilder, Context, EventHandler, GatewayIntents, HttpBuilder, Message},
    async_trait,
};

struct Handler;

#[async_trait]
impl EventHandler for Handler {
    async fn message(&self, _: Context, message: Message) {
        std::hint::black_box(message.content.len());
    }
}

#[tokio::main]
async fn main() {
    let address = std::env::args().nth(1).expect("an address");
    let intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::MESSAGE_CONTENT;
    let http = HttpBuilder::new("MTE.bench.token").proxy(address).ratelimiter_disabled(true).build();
    let client = ClientBuilder::new_with_http(http, intents).event_handler(Handler).await;
    client.expect("a client").start().await.expect("a connection");
}
