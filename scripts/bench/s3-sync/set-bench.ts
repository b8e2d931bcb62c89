import { join } from "node:path";
import { type MeasureContext, type MeasuredSync, measureSync, prepareSync, without } from "./measure-sync.ts";
import type { Measured } from "./results.ts";
import { folderAt, versionBefore } from "./scenarios.ts";
import { CheckedBucket } from "./site/bucket-check.ts";
import { BenchSite, type SetName, type Version } from "./site/site.ts";
import { SyncPrograms } from "./tools/sync-programs.ts";
import type { Scenario, Tool } from "./tools/tool.ts";
import { stateBucket } from "./tools/tools.ts";

interface SetOptions extends MeasureContext {
  readonly set: SetName;
  /** Of the site, and of what tools keep between their syncs. */
  readonly folder: string;
}

/** One tool's bucket, brought from scenario to scenario. */
interface Chain {
  readonly tool: Tool;
  readonly bucket: CheckedBucket;
  /** What the bucket holds, and nothing else; 0 where that has to be looked at. */
  holds: Version | 0;
}

/** One set of files, and the buckets that tools put it into. */
export class SetBench {
  readonly #options: SetOptions;
  readonly #site: BenchSite;
  readonly #programs: SyncPrograms;
  /** Undefined for a tool that cannot bring a bucket to where the scenarios begin. */
  readonly #chains = new Map<string, Chain | undefined>();
  #released: CheckedBucket | undefined;
  #buckets = 0;

  private constructor(options: SetOptions) {
    this.#options = options;
    this.#site = new BenchSite(options.set, join(options.folder, "site"));
    this.#programs = new SyncPrograms(options.servers, this.#site, options.folder);
  }

  /** Makes the files, and the bucket of the action's records. */
  static async open(options: SetOptions): Promise<SetBench> {
    await options.servers.provision(stateBucket);
    return new SetBench(options);
  }

  /** One sync of one tool, on a bucket that is as the scenario wants it. */
  async measure(tool: Tool, scenario: Scenario, rttMs: number): Promise<void> {
    if (scenario === "first upload") return this.#firstUpload(tool, rttMs);
    if (scenario === "rollback" && tool.calledAs === "") {
      this.#released ??= await this.#release();
      return this.#rollBack(tool, this.#released, rttMs);
    }
    if (!this.#chains.has(tool.name)) this.#chains.set(tool.name, await this.#tryToBegin(tool));
    const chain = this.#chains.get(tool.name);
    if (chain !== undefined) await this.#next(chain, scenario, rttMs);
  }

  async #firstUpload(tool: Tool, rttMs: number): Promise<void> {
    const bucket = await this.#newBucket();
    const expected = this.#site.become(1, new Date());
    const program = await this.#programs.of(tool, bucket, rttMs);
    await this.#measure(tool, "first upload", rttMs, { bucket, program, expected });
    await bucket.remove();
  }

  /** A peer that fails, or does not end, has empty cells; the others are measured all the same. */
  async #tryToBegin(tool: Tool): Promise<Chain | undefined> {
    try {
      return await this.#begin(tool);
    } catch (error) {
      if (tool.calledAs === "") throw error;
      this.#options.say(
        `${this.#options.set} files, ${tool.name}: not measured: ${(error as Error).message}`,
      );
      return undefined;
    }
  }

  /** A bucket with version 1, put there by the tool itself. */
  async #begin(tool: Tool): Promise<Chain> {
    this.#options.say(`${this.#options.set} files, ${tool.name}: preparing`);
    const bucket = await this.#newBucket();
    const expected = this.#site.become(1, new Date());
    if (tool.environment !== undefined) await this.#programs.store(1);
    await prepareSync(await this.#programs.of(tool, bucket, 0));
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
      if (tool.comparesContent) await prepareSync(await this.#programs.of(tool, bucket, 0));
      const { content } = without(writtenBeside(tool), await bucket.compare(start));
      await bucket.repair(content, this.#site.folder, start);
    }
    const { version, ageMs } = folderAt[scenario];
    const expected = this.#site.become(version, new Date(Date.now() - ageMs));
    const program = await this.#programs.of(tool, bucket, rttMs);
    const alsoThere = writtenBeside(tool);
    const { wrong } = await this.#measure(tool, scenario, rttMs, { bucket, program, expected, alsoThere });
    chain.holds = wrong.content === 0 ? version : 0;
  }

  /** A bucket and a release store that hold versions 1 and 3; 3 is live. */
  async #release(): Promise<CheckedBucket> {
    this.#options.say(`${this.#options.set} files, s3-sync: preparing releases`);
    const bucket = await this.#newBucket();
    for (const version of [1, 3] as const) {
      await this.#programs.store(version);
      await prepareSync(await this.#programs.ofRelease(bucket, version, 0));
    }
    return bucket;
  }

  async #rollBack(tool: Tool, bucket: CheckedBucket, rttMs: number): Promise<void> {
    const expected = new Map(this.#site.become(1, new Date()));
    const program = await this.#programs.ofRelease(bucket, 1, rttMs);
    await this.#measure(tool, "rollback", rttMs, { bucket, program, expected, alsoThere: ["release.json"] });
    await prepareSync(await this.#programs.ofRelease(bucket, 3, 0));
  }

  #measure(tool: Tool, scenario: Scenario, rttMs: number, sync: MeasuredSync): Promise<Measured> {
    return measureSync(this.#options, { set: this.#options.set, rttMs, scenario, tool: tool.name }, sync);
  }

  async #newBucket(): Promise<CheckedBucket> {
    this.#buckets += 1;
    const name = `site-${this.#buckets}`;
    await this.#options.servers.provision(name);
    return new CheckedBucket(name, this.#options.servers);
  }
}

/** What a release puts there beside the folder's files. */
function writtenBeside({ environment }: Tool): readonly string[] {
  return environment === undefined ? [] : ["release.json"];
}
