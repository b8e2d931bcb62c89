import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { RequestRecord } from "../../local/aws/request-log.ts";
import type { RunEvent } from "../../local/github/run-events.ts";
import { names } from "../../local/provision/names.ts";
import { Laptop } from "../../test/laptop.ts";
import type { Values } from "../kit/command.ts";
import { git } from "../kit/git.ts";
import { median } from "./median.ts";

const siteBucket = names.site;

export const options = {
  rounds: { type: "string", default: "3", help: "how often each rollback is made" },
} as const;

/** One rollback, as the run's events and the stand-in's log of requests have it. */
interface Rollback {
  /** From the dispatch until the run was over, the release verified and live. */
  readonly seconds: number;
  /** Of those, until the action made its first request. */
  readonly startSeconds: number;
  readonly requests: number;
  /** Requests to the release store and the site's bucket; the others are Elastic Beanstalk's and STS's. */
  readonly s3Requests: number;
  /** From the first changed byte of the site to the last. */
  readonly siteMs: number;
}

const migrationName = "29991231T000000Z-bench";
const migration = `import type { QueryInterface } from "sequelize";
export const phase = "expand";
export const transaction = false;
export async function up(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.sequelize.query("DROP INDEX CONCURRENTLY IF EXISTS bench");
  await queryInterface.sequelize.query("CREATE INDEX CONCURRENTLY bench ON \\"FeedItems\\" (\\"createdAt\\")");
}
export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.sequelize.query("DROP INDEX CONCURRENTLY IF EXISTS bench");
}
`;

/** Rollbacks of the site alone, and of schema, API and site, through rollback.yml on a stack of their own. */
export async function benchRollback({ rounds: given }: Values<typeof options>): Promise<string> {
  const rounds = Number(given);
  const laptop = new Laptop();
  try {
    console.log("npm start …");
    const stack = laptop.begin("npm", ["start"]);
    await stack.says(/Udagram is live/);
    const [site, all] = [[] as Rollback[], [] as Rollback[]];
    console.log("a push that changes the site …");
    changeSite(laptop, "site");
    await pushed(laptop, "Site only");
    await measureRounds(laptop, rounds, "keep", site);
    await resumed(laptop);
    console.log("a push that changes schema, API and site …");
    changeSite(laptop, "all");
    laptop.commit(`backend/migrations/${migrationName}.ts`, migration, "Schema");
    const required = "backend/src/database/required-migrations.ts";
    laptop.commit(required, laptop.read(required).replace("\n]", `\n  "${migrationName}",\n]`), "API");
    await pushed(laptop, "All tiers");
    await measureRounds(laptop, rounds, "down", all);
    await stack.interrupt();
    return report(site, all);
  } finally {
    await laptop.dispose();
  }
}

function changeSite(laptop: Laptop, mark: string): void {
  const feed = laptop.read("frontend/src/feed.tsx");
  laptop.commit(
    "frontend/src/feed.tsx",
    feed.replace(/No photos yet[^<"]*/, `No photos yet, ${mark}`),
    "Site",
  );
}

async function pushed(laptop: Laptop, what: string): Promise<void> {
  const push = await laptop.push();
  if (!/succeeded/.test(push.output)) throw new Error(`${what}: the push did not succeed:\n${push.output}`);
}

async function resumed(laptop: Laptop): Promise<void> {
  const { code, output } = await laptop.run("npm", "run", "resume");
  if (code !== 0) throw new Error(`npm run resume failed:\n${output}`);
}

/** Back and, unmeasured, forward again, so many times; ends on the newest release. */
async function measureRounds(
  laptop: Laptop,
  rounds: number,
  schema: "keep" | "down",
  into: Rollback[],
): Promise<void> {
  const newest = await liveRelease(laptop);
  for (let round = 1; round <= rounds; round += 1) {
    const from = logOf(laptop).length;
    await rolledBack(laptop, "previous", schema);
    const measured = measuredOf(laptop, from);
    console.log(
      `  back: ${measured.seconds.toFixed(2)} s, ${measured.requests} requests, site ${measured.siteMs.toFixed(0)} ms`,
    );
    into.push(measured);
    await rolledBack(laptop, newest, "keep");
  }
}

async function rolledBack(laptop: Laptop, to: string, schema: string): Promise<void> {
  const args = ["--to", to, "--schema", schema, "--reason", "bench"];
  const { code, output } = await laptop.run("npm", "run", "rollback", "--", ...args);
  if (code !== 0) throw new Error(`npm run rollback -- --to ${to} failed:\n${output}`);
}

async function liveRelease(laptop: Laptop): Promise<string> {
  const response = await fetch(`${laptop.state.site}/release.json`);
  return ((await response.json()) as { id: string }).id;
}

function measuredOf(laptop: Laptop, from: number): Rollback {
  const runs = join(laptop.clone, ".local/github/runs");
  const run = Math.max(...readdirSync(runs).map(Number));
  const events = linesOf<RunEvent>(join(runs, String(run), "events.ndjson"));
  const [began, ended] = [events[0]?.at ?? "", events.at(-1)?.at ?? ""];
  const requests = logOf(laptop)
    .slice(from)
    .filter(({ time, service }) => time >= began && time <= ended && service !== "s3-website");
  const changes = requests.filter(
    ({ target, method, service }) =>
      service === "s3" && !["GET", "HEAD"].includes(method) && target.startsWith(`${siteBucket}/`),
  );
  const times = changes.flatMap(({ time, ms }) => [Date.parse(time), Date.parse(time) + ms]);
  return {
    seconds: (Date.parse(ended) - Date.parse(began)) / 1000,
    startSeconds: (Date.parse(requests[0]?.time ?? began) - Date.parse(began)) / 1000,
    requests: requests.length,
    s3Requests: requests.filter(({ service }) => service === "s3").length,
    siteMs: Math.max(...times) - Math.min(...times),
  };
}

function logOf(laptop: Laptop): readonly RequestRecord[] {
  return linesOf<RequestRecord>(join(laptop.clone, ".local/aws/requests.ndjson"));
}

function linesOf<Line>(file: string): readonly Line[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Line);
}

function report(site: readonly Rollback[], all: readonly Rollback[]): string {
  const row = (what: string, rollbacks: readonly Rollback[]): string => {
    const middle = (of: (rollback: Rollback) => number): number => median(rollbacks.map(of));
    const fields = [
      what,
      `${middle(({ seconds }) => seconds).toFixed(1)} s`,
      `${middle(({ startSeconds }) => startSeconds).toFixed(1)} s`,
      `${middle(({ requests }) => requests)} (${middle(({ s3Requests }) => s3Requests)})`,
      `${middle(({ siteMs }) => siteMs).toFixed(0)} ms`,
      rollbacks.map(({ seconds }) => seconds.toFixed(1)).join(", "),
    ];
    return `| ${fields.join(" | ")} |`;
  };
  const commit = git("rev-parse", "--short", "HEAD");
  return [
    `${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${availableParallelism()} cores, medians of ${site.length} rounds, through rollback.yml on a local stack.`,
    "",
    "| rolled back | dispatch to verified | of that, until the first request | requests to AWS (to S3) | site: first to last changed byte | rounds |",
    "|---|---|---|---|---|---|",
    row("site", site),
    row("schema, API, site", all),
    "",
    "Target: under a second from the site's first changed byte to its last.",
  ].join("\n");
}
