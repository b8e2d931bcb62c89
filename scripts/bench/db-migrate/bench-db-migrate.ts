import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Postgres, startPostgres } from "../../../local/aws/postgres/postgres.ts";
import { Processes } from "../../../local/processes.ts";
import type { Values } from "../../kit/command.ts";
import { git } from "../../kit/git.ts";
import { root } from "../../root.ts";
import { median } from "../median.ts";
import { type Contender, contenders, type Project, settings, umzugProgram } from "./contenders.ts";

export const options = {
  rounds: { type: "string", default: "5", help: "how often each is measured" },
} as const;

/** The releases that `npm install` fetches for the comparison, from the registry. */
const peers = ["sequelize@6.37.8", "pg@8.23.1", "umzug@3.8.3"];
const migrationCount = 100;
const roundTrips = [0, 20];

/** Migrations beside sequelize-cli and umzug: nothing, one and a hundred pending, near and far from the database. */
export async function benchDbMigrate({ rounds: given }: Values<typeof options>): Promise<string> {
  const rounds = Number(given);
  const folder = mkdtempSync(join(tmpdir(), "udagram-bench-migrate-"));
  chmodSync(folder, 0o755);
  const processes = new Processes(join(folder, "processes.json"));
  const postgres = await startPostgres({
    directory: join(folder, "postgres"),
    port: 0,
    processes,
    environment: { PATH: process.env.PATH ?? "" },
    listen: "127.0.0.1",
    isThrowaway: true,
  });
  const delay = fork(join(root, "scripts/bench/s3-sync/servers/delay-proxy-process.ts"), [
    new URL(postgres.adminUrl).port,
    ...roundTrips.map(String),
  ]);
  try {
    const [ports] = (await once(delay, "message")) as [number[]];
    const project = makeProject(folder, postgres);
    const rows: string[] = [];
    for (const [index, roundTrip] of roundTrips.entries()) {
      for (const pending of [0, 1, migrationCount]) {
        const times: number[][] = contenders().map(() => []);
        for (let round = 0; round <= (pending > 1 ? Math.ceil(rounds / 2) : rounds); round += 1) {
          for (const [which, contender] of contenders().entries()) {
            const url = await prepare(postgres, pending);
            const through = new URL(url);
            through.port = String(ports[index]);
            const ms = await measure(contender, project, through.href);
            // The first round fills the caches.
            if (round > 0) times[which]?.push(ms);
          }
        }
        const row = rowOf(roundTrip, pending, times.map(median));
        console.log(row);
        rows.push(row);
      }
    }
    return report(rounds, rows);
  } finally {
    delay.kill();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The action is to take at most so much of another tool's time: of sequelize-cli's where nothing is pending, of umzug's where much is. */
const targets = new Map([
  ["0 0", { of: 1, ratio: 0.6 }],
  ["20 0", { of: 1, ratio: 0.6 }],
  [`20 ${migrationCount}`, { of: 2, ratio: 0.5 }],
]);

function rowOf(roundTrip: number, pending: number, [own = 0, ...others]: readonly number[]): string {
  const target = targets.get(`${roundTrip} ${pending}`);
  const ratios = others.map((other) => (own / other).toFixed(2));
  const wanted =
    target === undefined ? "" : `${target.ratio} of ${target.of === 1 ? "sequelize-cli" : "umzug"}`;
  const seconds = [own, ...others].map((ms) => `${(ms / 1000).toFixed(2)} s`);
  return `| ${roundTrip} ms | ${pending} | ${seconds.join(" | ")} | ${ratios.join(" | ")} | ${wanted} |`;
}

function report(rounds: number, rows: readonly string[]): string {
  const commit = git("rev-parse", "--short", "HEAD").trim();
  const names = contenders().map(({ name }) => name);
  return [
    `${new Date().toISOString().slice(0, 10)}, commit ${commit}, medians of ${rounds} rounds (of ${Math.ceil(rounds / 2)} with ${migrationCount} pending); ${peers.join(", ")}.`,
    "",
    `| round trip | pending | ${names.join(" | ")} | of sequelize-cli's | of umzug's | target |`,
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

async function measure(contender: Contender, project: Project, url: string): Promise<number> {
  const started = performance.now();
  await contender.migrate(project, url);
  return performance.now() - started;
}

function makeProject(parent: string, { ca }: Postgres): Project {
  const folder = join(parent, "project");
  mkdirSync(join(folder, "migrations"), { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "config.js"), settings);
  writeFileSync(join(folder, "umzug.js"), umzugProgram);
  for (let index = 0; index < migrationCount; index += 1) {
    writeFileSync(join(folder, "migrations", nameOf(index)), migration(index));
  }
  console.log(`npm install ${peers.join(" ")} …`);
  execFileSync("npm", ["install", "--no-audit", "--no-fund", ...peers], { cwd: folder, stdio: "pipe" });
  return { folder, ca };
}

const nameOf = (index: number): string => `20260101${String(index).padStart(6, "0")}-table.js`;

const migration = (index: number): string => `module.exports = {
  up: (queryInterface, Sequelize) => queryInterface.createTable("table_${index}", {
    id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true }, name: { type: Sequelize.STRING, allowNull: false } }),
  down: (queryInterface) => queryInterface.dropTable("table_${index}"),
};
`;

let databases = 0;

/** A database that lacks the last so many of the migrations. */
async function prepare(postgres: Postgres, pending: number): Promise<string> {
  databases += 1;
  const url = await postgres.createDatabase(`bench_${databases}`);
  const client = new pg.Client({ connectionString: url, ssl: { ca: postgres.ca, host: "127.0.0.1" } });
  await client.connect();
  await client.query('CREATE TABLE "SequelizeMeta" (name VARCHAR(255) NOT NULL UNIQUE, PRIMARY KEY (name))');
  const applied = Array.from({ length: migrationCount - pending }, (_, index) => nameOf(index));
  await client.query('INSERT INTO "SequelizeMeta" SELECT unnest($1::text[])', [applied]);
  await client.end();
  return url;
}
