import { createHash } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalError } from "../../../local/errors.ts";
import type { Values } from "../../kit/command.ts";
import { root } from "../../root.ts";
import { type Matrix, measureMatrix } from "./matrix.ts";
import { plotOf } from "./report/plot.ts";
import { reportOf } from "./report/report.ts";
import { Results } from "./results.ts";
import { sets } from "./site/site.ts";
import { scenarios } from "./tools/tool.ts";
import { findTools } from "./tools/tools.ts";

export const options = {
  files: { type: "string", help: `sets of files, of ${sets.join(",")}` },
  rtt: { type: "string", help: "added round-trip times in ms, such as 0,20,60" },
  scenario: { type: "string", help: `of ${scenarios.join(",")}` },
  rounds: { type: "string", help: "rounds; the report has their medians" },
  peers: { type: "string", help: "folders with peers, besides PATH" },
  quick: { type: "boolean", help: "100 and 2000 files, 20 ms, one round" },
  write: { type: "boolean", help: "write the page also where only a part is measured" },
  fresh: { type: "boolean", help: "forget the cells that an earlier, stopped run measured" },
} as const;

/** Twenty large files for each tool, and some room. */
const neededBytes = 6 * 1024 ** 3;

const whole = { sets, rtts: [0, 20, 60], scenarios, rounds: 3 } as const;

/**
 * Runs this action beside its peers; returns the report, or undefined where only a part of the matrix was asked for: then
 * it is printed, and the page keeps what it has. Throws `BadOption`.
 */
export async function benchS3Sync(values: Values<typeof options>): Promise<string | undefined> {
  const path = [values.peers, process.env.PATH].filter(Boolean).join(delimiter);
  const { tools, missing } = findTools(path);
  const chosen = {
    sets: values.quick ? (["100", "2000"] as const) : whole.sets,
    rtts: values.quick ? [20] : whole.rtts,
    scenarios: whole.scenarios,
    rounds: values.quick ? 1 : whole.rounds,
  };
  const matrix: Matrix = {
    sets: listOf("files", values.files, chosen.sets, sets),
    rtts: listOf("rtt", values.rtt, chosen.rtts.map(String)).map((text) => numberOf("rtt", text)),
    scenarios: listOf("scenario", values.scenario, chosen.scenarios, scenarios),
    rounds: numberOf("rounds", values.rounds ?? String(chosen.rounds)),
    tools,
    limitSeconds: 45,
    onceSeconds: 12,
  };
  const isWhole = !values.quick && !values.files && !values.rtt && !values.scenario;
  const file = join(tmpdir(), `udagram-bench-s3-sync-${hashOf([root]).slice(0, 8)}.json`);
  const results = new Results(file, fingerprintOf(tools), values.fresh === true);
  console.log(
    `beside: ${tools.flatMap(({ name, version }) => (version === "" ? [] : [`${name} ${version}`])).join(", ")}`,
  );
  if (missing.length > 0) console.log(`not found: ${missing.join(", ")}`);
  console.log(`${results.isEmpty ? "cells go to" : "goes on with the cells in"} ${file}`);
  const folder = mkdtempSync(join(roomInMemory(), "udagram-bench-"));
  const stop = (): never => process.exit(130);
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", clear).once("SIGINT", stop).once("SIGTERM", stop);
  const started = performance.now();
  try {
    await measureMatrix(matrix, results, join(folder, "set"), (line) => {
      const elapsed = (performance.now() - started) / 1000;
      const clock = `${Math.floor(elapsed / 60)}:${String(Math.floor(elapsed % 60)).padStart(2, "0")}`;
      console.log(`${clock.padStart(6)}  ${line}`);
    });
  } finally {
    clear();
    process.off("exit", clear).off("SIGINT", stop).off("SIGTERM", stop);
  }
  const report = reportOf(matrix, results, missing);
  if (!isWhole && !values.write) {
    console.log(`\n${report}\n\nA part of the matrix: docs/benchmarks.md stays as it is without --write.`);
    return undefined;
  }
  writeFileSync(join(root, "docs/benchmarks-s3-sync.svg"), plotOf(matrix, results));
  return `![Time of one sync, by scenario and tool](benchmarks-s3-sync.svg)\n\n${report}`;
}

/** Where files are made in memory, so that no disk is measured; the folder for temporary files where there is no such room. */
function roomInMemory(): string {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    if (bavail * bsize > neededBytes) return "/dev/shm";
  } catch {
    // Not a Linux, then.
  }
  return tmpdir();
}

/** What the figures depend on, but for the weather: cells of other code or tools are not mixed with these. */
function fingerprintOf(tools: Matrix["tools"]): string {
  const dist = join(root, "actions/dist");
  const files = globSync("**/*.js", { cwd: dist }).sort();
  const code = files.map((file) => readFileSync(join(dist, file), "utf8"));
  const versions = tools.map(({ name, version, calledAs }) => `${name} ${version} ${calledAs}`);
  return hashOf([...code, ...versions, process.version, String(availableParallelism())]);
}

function hashOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text}\0`);
  return hash.digest("hex");
}

function listOf<Value extends string>(
  option: string,
  given: string | undefined,
  fallback: readonly Value[],
  known?: readonly Value[],
): readonly Value[] {
  if (given === undefined) return fallback;
  const values = given.split(",").map((value) => value.trim()) as Value[];
  const unknown = values.find((value) => known !== undefined && !known.includes(value));
  if (unknown === undefined) return values;
  throw badOption(option, unknown, `give some of: ${known?.join(", ")}`);
}

function numberOf(option: string, given: string): number {
  if (/^\d{1,4}$/.test(given)) return Number(given);
  throw badOption(option, given, "give whole numbers");
}

function badOption(option: string, value: string, hint: string): LocalError {
  return new LocalError("BadOption", `--${option} has "${value}"`, hint);
}
