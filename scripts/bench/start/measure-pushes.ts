import type { Laptop, Running } from "../../../test/laptop.ts";

/** What is measured, with its title in the table, in the order in which one laptop goes through it. */
export const scenarios = {
  first: "first `npm start`, to verified",
  site: "push that changes only the frontend",
  nothing: "push that changes nothing",
  queued: "two pushes, the second once the first has begun to go live: the second is live after",
  together: "two pushes at once: the second is live after",
  red: "five pushes at once, the newest red: the fourth is live after",
} as const;

export type Scenario = keyof typeof scenarios;

/** How long one took, and what of it has to be known to compare it. */
export interface Measured {
  readonly seconds: number;
  /** `overtaken` where a push ended as superseded by a newer one. */
  readonly note?: string;
}

/**
 * Goes through all scenarios on one laptop, from its first start on. One that fails is said and left out, and the next one is tried:
 * whoever runs this may not be there.
 */
export async function measurePushes(
  laptop: Laptop,
  wanted: readonly Scenario[],
): Promise<ReadonlyMap<Scenario, Measured>> {
  const measured = new Map<Scenario, Measured>();
  const started = performance.now();
  const stack = laptop.begin("npm", ["start"]);
  await stack.says(/Udagram is live|✗ Deploy #1 failed/);
  if (!/Udagram is live/.test(stack.output)) throw new Error(`the first deploy failed:\n${stack.output}`);
  measured.set("first", { seconds: secondsSince(started) });
  const ways: Readonly<Record<Exclude<Scenario, "first">, () => Promise<Measured>>> = {
    site: () => onePush(laptop, changeSite(laptop)),
    nothing: () => onePush(laptop, changeNothing(laptop)),
    queued: () => twoPushes(laptop, (first) => first.says(/Deploy\S* +✓ Begin/)),
    together: () => twoPushes(laptop, async () => {}),
    red: () => fivePushes(laptop),
  };
  for (const scenario of wanted.filter((one) => one !== "first")) {
    try {
      measured.set(scenario, await ways[scenario]());
    } catch (error) {
      console.log(`${scenarios[scenario]}: ${error instanceof Error ? error.message : error}`);
    }
  }
  await stack.interrupt();
  return measured;
}

let changes = 0;

/** Commits that another text stands on the page; returns the commit. */
function changeSite(laptop: Laptop): string {
  const file = "frontend/src/feed.tsx";
  changes += 1;
  const text = laptop.read(file).replace(/No photos yet\w*/, `No photos yet${changes}`);
  laptop.commit(file, text, `Change the site, ${changes}`);
  return laptop.git("rev-parse", "HEAD");
}

function changeNothing(laptop: Laptop): string {
  laptop.commit("CHANGELOG.md", laptop.read("CHANGELOG.md"), "Change nothing");
  return laptop.git("rev-parse", "HEAD");
}

function breakTest(laptop: Laptop): string {
  const file = "frontend/src/config.test.ts";
  const text = `${laptop.read(file)}\nit("is red", () => {\n  throw new Error("red");\n});\n`;
  laptop.commit(file, text, "Break a test");
  return laptop.git("rev-parse", "HEAD");
}

function push(laptop: Laptop, commit: string): Running {
  return laptop.begin("git", ["push", "local", `${commit}:main`]);
}

/** Git takes one push of a branch at a time; the next goes off once the server has the one before. */
async function pushed(laptop: Laptop, commit: string): Promise<Running> {
  const running = push(laptop, commit);
  await running.says(/Deploy #\d+/);
  return running;
}

async function onePush(laptop: Laptop, commit: string): Promise<Measured> {
  const { seconds, output } = await push(laptop, commit).finished;
  if (!/succeeded/.test(output)) throw new Error(`the push did not succeed:\n${output}`);
  return { seconds };
}

/** Two changes of the site; `between` says when the second one is pushed. */
async function twoPushes(laptop: Laptop, between: (first: Running) => Promise<void>): Promise<Measured> {
  const commits = [changeSite(laptop), changeSite(laptop)] as const;
  const started = performance.now();
  const first = await pushed(laptop, commits[0]);
  await between(first);
  const second = push(laptop, commits[1]).finished;
  await isLive(laptop, commits[1], second);
  const seconds = secondsSince(started);
  const { output } = await first.finished;
  return { seconds, ...(/superseded/.test(output) && { note: "overtaken" }) };
}

async function fivePushes(laptop: Laptop): Promise<Measured> {
  const green = [1, 2, 3, 4].map(() => changeSite(laptop));
  const commits = [...green, breakTest(laptop)];
  const started = performance.now();
  const runs: Running[] = [];
  for (const commit of commits) runs.push(await pushed(laptop, commit));
  const fourth = runs[3]?.finished;
  if (fourth !== undefined) await isLive(laptop, commits[3] ?? "", fourth);
  const seconds = secondsSince(started);
  const ends = await Promise.all(runs.map((run) => run.finished));
  // The next round, and whoever pushes next, shall find green tests.
  laptop.git("revert", "--no-edit", "HEAD");
  const overtaken = ends.filter(({ output }) => /superseded/.test(output)).length;
  return { seconds, note: `${overtaken} overtaken` };
}

/** The end of its push, whose commit has to be what the site says is live then. */
async function isLive(laptop: Laptop, commit: string, push: Running["finished"]): Promise<void> {
  const { output } = await push;
  const response = await fetch(`${laptop.state.site}/release.json`);
  const { id = "" } = (await response.json()) as { id?: string };
  if (!id.endsWith(commit.slice(0, 7))) throw new Error(`"${id}" is live, not ${commit}:\n${output}`);
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
