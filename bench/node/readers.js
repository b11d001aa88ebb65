// Reads a JSON list of texts with write-good and with alex; prints the least CPU time a text of several rounds, in µs.
import { readFileSync } from "node:fs";
import { text as alex } from "alex";
import writeGood from "write-good";

const [path, rounds] = [process.argv[2], Number(process.argv[3])];
const texts = JSON.parse(readFileSync(path, "utf8"));
const readers = { "write-good": writeGood, alex };
const least = {};
for (let round = 0; round <= rounds; round++) {
  for (const [name, read] of Object.entries(readers)) {
    const began = process.cpuUsage();
    for (const text of texts) read(text);
    const { user, system } = process.cpuUsage(began);
    // The first round warms up and is not counted.
    if (round > 0) least[name] = Math.min(least[name] ?? Infinity, (user + system) / texts.length);
  }
}
console.log(JSON.stringify(least));
