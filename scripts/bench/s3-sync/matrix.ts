import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CheckedBucket, type Difference } from "./bucket-check.ts";
import { measureCeiling } from "./ceiling.ts";
import { ReleaseStore } from "./release-store.ts";
import type { CellName, Measured, Results } from "./results.ts";
import { type Servers, startServers } from "./servers.ts";
import { BenchSite, type SetName, type Version } from "./site.ts";
import { actionProgram, type Scenario, type Sync, stateBucket, type Tool } from "./tools.ts";
import { type Program, watchProcess } from "./watch-process.ts";

export interface Matrix {
  readonly sets: readonly SetName[];
  readonly rtts: readonly number[];
  readonly scenarios: readonly Scenario[];
  readonly tools: readonly Tool[];
  readonly rounds: number;
  /** A sync that takes longer is cut off. */
  readonly limitSeconds: number;
  /** A tool that took longer in one round is not measured in the next ones. */
  readonly onceSeconds: number;
}

type Say = (line: string) => void;

const hour = 3_600_000;

/** What the folder holds, and how old its files are, when the scenario's sync begins. */
const folderAt: Readonly<Record<Scenario, { readonly version: Version; readonly ageMs: number }>> = {
  "first upload": { version: 1, ageMs: 0 },
  // A checkout gives every file the date of the moment.
  "no change": { version: 1, ageMs: 0 },
  "one file": { version: 2, ageMs: 0 },
  // Built before the last sync ended, as when builds overlap or are unpacked with their dates.
  "same size": { version: 3, ageMs: hour },
  rollback: { version: 1, ageMs: 2 * hour },
};

/** What the bucket holds when the scenario's sync begins. */
const versionBefore: Readonly<Record<Scenario, Version>> = {
  "first upload": 1,
  "no change": 1,
  "one file": 1,
  "same size": 2,
  rollback: 3,
};

/** Measures every cell that the results lack, and tells how far it is. */
export async function measureMatrix(
  matrix: Matrix,
  results: Results,
  folder: string,
  say: Say,
): Promise<void> {
  for (const set of matrix.sets) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const servers = await startServers(folder, matrix.rtts);
    try {
      if (results.ceiling === undefined) {
        say("the ceiling of the stand-in …");
        results.ceiling = await measureCeiling(servers);
      }
      say(`${set} files: making them …`);
      await new SetBench(set, matrix, results, servers, folder, say).run();
    } finally {
      servers.close();
      // The stand-in ends by itself; what it still wrote must not make the folder's removal fail.
      await sleep(300);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

/** One tool's bucket, brought from scenario to scenario. */
interface Chain {
  readonly tool: Tool;
  readonly bucket: CheckedBucket;
  /** What the bucket holds, and nothing else; 0 where that has to be looked at. */
  holds: Version | 0;
}

class SetBench {
  readonly #set: SetName;
  readonly #matrix: Matrix;
  readonly #results: Results;
  readonly #servers: Servers;
  readonly #site: BenchSite;
  readonly #releases: ReleaseStore;
  readonly #folder: string;
  readonly #say: Say;
  readonly #stored = new Set<Version>();
  #buckets = 0;

  constructor(set: SetName, matrix: Matrix, results: Results, servers: Servers, folder: string, say: Say) {
    this.#set = set;
    this.#matrix = matrix;
    this.#results = results;
    this.#servers = servers;
    this.#folder = folder;
    this.#say = say;
    this.#site = new BenchSite(set, join(folder, "site"));
    this.#releases = new ReleaseStore(servers);
  }

  async run(): Promise<void> {
    await this.#servers.provision(stateBucket);
    const chains = new Map<string, Chain>();
    let released: CheckedBucket | undefined;
    for (let round = 0; round < this.#matrix.rounds; round += 1) {
      for (const rttMs of this.#matrix.rtts) {
        for (const scenario of this.#matrix.scenarios) {
          const tools = this.#matrix.tools.filter((tool) => tool.scenarios.includes(scenario));
          for (const tool of tools) {
            if (!this.#isDue({ set: this.#set, rttMs, scenario, tool: tool.name }, round)) continue;
            if (scenario === "first upload") await this.#firstUpload(tool, rttMs);
            else if (scenario === "rollback" && tool.calledAs === "") {
              released ??= await this.#release();
              await this.#rollBack(tool, released, rttMs);
            } else {
              const chain = chains.get(tool.name) ?? (await this.#begin(tool));
              chains.set(tool.name, chain);
              await this.#next(chain, scenario, rttMs);
            }
          }
        }
      }
    }
  }

  #isDue(cell: CellName, round: number): boolean {
    const rounds = this.#results.rounds(cell);
    if (rounds.length > round) return false;
    if (rounds.some(({ seconds }) => seconds > this.#matrix.onceSeconds)) return false;
    const shorter = this.#matrix.rtts.filter((rttMs) => rttMs < cell.rttMs);
    const wasCutOff = shorter.some((rttMs) =>
      this.#results.rounds({ ...cell, rttMs }).some(({ ended }) => ended === "cut off"),
    );
    return !wasCutOff;
  }

  async #firstUpload(tool: Tool, rttMs: number): Promise<void> {
    const bucket = await this.#newBucket();
    const expected = this.#site.become(1, new Date());
    const program = await this.#program(tool, bucket, rttMs);
    await this.#measure(tool, bucket, "first upload", rttMs, program, expected);
    await bucket.remove();
  }

  /** A bucket with version 1, put there by the tool itself. */
  async #begin(tool: Tool): Promise<Chain> {
    this.#say(`${this.#set} files, ${tool.name}: preparing`);
    const bucket = await this.#newBucket();
    const expected = this.#site.become(1, new Date());
    if (tool.environment !== undefined) await this.#store(1);
    await this.#prepare(await this.#program(tool, bucket, 0));
    const { content } = without(writtenBeside(tool), await bucket.compare(expected));
    if (content.length > 0)
      throw new Error(`${tool.name} left ${content.length} files wrong at its first upload`);
    return { tool, bucket, holds: 1 };
  }

  /** The scenario's sync, on a bucket that is as the scenario before should have left it. */
  async #next(chain: Chain, scenario: Scenario, rttMs: number): Promise<void> {
    const { tool, bucket } = chain;
    const before = versionBefore[scenario];
    if (chain.holds !== before) {
      const start = this.#site.become(before, new Date());
      if (tool.comparesContent) await this.#prepare(await this.#program(tool, bucket, 0));
      const { content } = without(writtenBeside(tool), await bucket.compare(start));
      await bucket.repair(content, this.#site.folder, start);
    }
    const { version, ageMs } = folderAt[scenario];
    const expected = this.#site.become(version, new Date(Date.now() - ageMs));
    const program = await this.#program(tool, bucket, rttMs);
    const beside = writtenBeside(tool);
    const { wrong } = await this.#measure(tool, bucket, scenario, rttMs, program, expected, beside);
    chain.holds = wrong.content === 0 ? version : 0;
  }

  /** A bucket and a release store that hold versions 1 and 3; 3 is live. */
  async #release(): Promise<CheckedBucket> {
    this.#say(`${this.#set} files, s3-sync: preparing releases`);
    const bucket = await this.#newBucket();
    for (const version of [1, 3] as const) {
      await this.#store(version);
      await this.#prepare(await this.#releaseProgram(bucket, version, 0));
    }
    return bucket;
  }

  async #store(version: Version): Promise<void> {
    this.#site.become(version, new Date());
    if (this.#stored.has(version)) return;
    await this.#releases.store(releaseId(version), this.#site);
    this.#stored.add(version);
  }

  async #rollBack(tool: Tool, bucket: CheckedBucket, rttMs: number): Promise<void> {
    const expected = new Map(this.#site.become(1, new Date()));
    const program = await this.#releaseProgram(bucket, 1, rttMs);
    await this.#measure(tool, bucket, "rollback", rttMs, program, expected, ["release.json"]);
    await this.#prepare(await this.#releaseProgram(bucket, 3, 0));
  }

  async #releaseProgram(bucket: CheckedBucket, version: Version, rttMs: number): Promise<Program> {
    const release = await this.#releases.begin("bench", releaseId(version));
    return actionProgram(this.#syncOf("s3-sync", bucket, rttMs), { release, bucket: bucket.name });
  }

  async #measure(
    tool: Tool,
    bucket: CheckedBucket,
    scenario: Scenario,
    rttMs: number,
    program: Program,
    expected: ReturnType<BenchSite["expected"]>,
    alsoThere: readonly string[] = [],
  ): Promise<Measured> {
    const before = await this.#servers.traffic();
    const { output, ...watched } = await watchProcess(program, this.#matrix.limitSeconds);
    // The stand-in writes its log after it has answered; requests of a tool that was cut off come to an end.
    await sleep(watched.ended === "cut off" ? 1000 : 50);
    const after = await this.#servers.traffic();
    const { content, types, caching } = without(alsoThere, await bucket.compare(expected));
    const measured: Measured = {
      ...watched,
      requests: after.requests - before.requests,
      bytes: after.bytesIn + after.bytesOut - before.bytesIn - before.bytesOut,
      standInLoad: (after.cpuMs - before.cpuMs) / 1000 / watched.seconds,
      wrong: { content: content.length, types: types.length, caching: caching.length },
    };
    this.#results.add({ set: this.#set, rttMs, scenario, tool: tool.name }, measured);
    const verdict = measured.ended === "well" ? "" : `, ended ${measured.ended}`;
    const wrong = content.length === 0 ? "" : `, ${content.length} files wrong`;
    this.#say(
      `${this.#set} files, ${rttMs} ms, ${scenario}, ${tool.name}: ${measured.seconds.toFixed(2)} s, ${measured.requests} requests${verdict}${wrong}`,
    );
    if (measured.ended === "badly") this.#say(output);
    return measured;
  }

  async #prepare(program: Program): Promise<void> {
    const { ended, output } = await watchProcess(program, 900);
    if (ended !== "well") throw new Error(`${program.file} ended ${ended}:\n${output}`);
  }

  async #program(tool: Tool, bucket: CheckedBucket, rttMs: number): Promise<Program> {
    const sync = this.#syncOf(tool.name, bucket, rttMs);
    if (tool.environment === undefined) return tool.program(sync);
    return tool.program(sync, await this.#releases.begin(tool.environment, releaseId(1)));
  }

  #syncOf(tool: string, bucket: CheckedBucket, rttMs: number): Sync {
    const home = join(this.#folder, "home", tool.replaceAll(/\W+/g, "-"));
    mkdirSync(home, { recursive: true });
    const { region, credentials } = this.#servers;
    const endpoint = `http://127.0.0.1:${this.#servers.portAt(rttMs)}`;
    return { folder: this.#site.folder, bucket: bucket.name, endpoint, region, credentials, home };
  }

  async #newBucket(): Promise<CheckedBucket> {
    this.#buckets += 1;
    const name = `site-${this.#buckets}`;
    await this.#servers.provision(name);
    return new CheckedBucket(name, this.#servers);
  }
}

function releaseId(version: Version): string {
  return `20260101T00000${version}Z-000000${version}`;
}

/** What a release puts there beside the folder's files. */
function writtenBeside({ environment }: Tool): readonly string[] {
  return environment === undefined ? [] : ["release.json"];
}

function without(keys: readonly string[], { content, ...rest }: Difference): Difference {
  return { ...rest, content: content.filter((key) => !keys.includes(key)) };
}
