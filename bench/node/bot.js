// Reads messages and does nothing with them. The first argument is where Discord is.
import { Client, Events, GatewayIntentBits } from "discord.js";

const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
const client = new Client({
  intents: [Guilds, GuildMessages, MessageContent],
  rest: { api: `${process.argv[2]}/api` },
});
let bytes = 0;
client.on(Events.MessageCreate, (message) => {
  bytes += message.content.length;
});
process.on("SIGTERM", () => process.exit(0));
await client.login("MTE.bench.token");
