import { availableParallelism } from "node:os";
import { Laptop } from "../../test/laptop.ts";
import { git } from "../kit/git.ts";
import { benchActionStart } from "./action-start.ts";
import { median } from "./median.ts";

const rounds = 3;

/** First start, a push of the site alone, a push of nothing, and an action's way to its first request. */
export async function benchStart(): Promise<string> {
  const seconds = { first: [] as number[], site: [] as number[], nothing: [] as number[] };
  for (let round = 1; round <= rounds; round += 1) {
    const laptop = new Laptop();
    try {
      await measureRound(laptop, round, seconds);
    } finally {
      await laptop.dispose();
    }
  }
  const row = (what: string, values: readonly number[], target: string): string =>
    `| ${what} | ${median(values).toFixed(1)} s | ${values.map((value) => value.toFixed(1)).join(", ")} | ${target} |`;
  const commit = git("rev-parse", "--short", "HEAD");
  return [
    `${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${availableParallelism()} cores, ${rounds} rounds, dependencies installed.`,
    "",
    "| what | median | rounds | target |",
    "|---|---|---|---|",
    row("first `npm start`, to verified", seconds.first, "45 s"),
    row("push that changes only the frontend", seconds.site, "12 s"),
    row("push that changes nothing", seconds.nothing, "5 s"),
    "",
    await benchActionStart(),
  ].join("\n");
}

async function measureRound(
  laptop: Laptop,
  round: number,
  seconds: { first: number[]; site: number[]; nothing: number[] },
): Promise<void> {
  const started = performance.now();
  const stack = laptop.begin("npm", ["start"]);
  await stack.says(/Udagram is live/);
  seconds.first.push((performance.now() - started) / 1000);

  const feed = laptop.read("frontend/src/feed.tsx");
  laptop.commit(
    "frontend/src/feed.tsx",
    feed.replace("No photos yet", `No photos, round ${round}`),
    "Site only",
  );
  seconds.site.push(await timedPush(laptop));

  laptop.commit("CHANGELOG.md", laptop.read("CHANGELOG.md"), "Nothing");
  seconds.nothing.push(await timedPush(laptop));
  await stack.interrupt();
}

async function timedPush(laptop: Laptop): Promise<number> {
  const push = await laptop.push();
  if (!/succeeded/.test(push.output)) throw new Error(`the push did not succeed:\n${push.output}`);
  return push.seconds;
}
