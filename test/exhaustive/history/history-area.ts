import type { RunSummary } from "../../../local/github/server/server.ts";
import type { WholeManifest } from "../../../pipeline/bundle/whole-manifest-fixture.ts";
import type { FaultArea, FaultCase } from "../fault-area.ts";
import { brokenPromises, newestAttempts } from "../release/judge.ts";
import { key, Stage } from "../release/stage.ts";
import { databaseOf } from "../release/trigger.ts";
import { commitHistory, contractMigration, expandMigration } from "./commit-history.ts";

/** Many releases one after the other, and every way back and forward between them. */
export const historyArea: FaultArea = {
  name: "history",
  promise:
    "Five pushes at once all end, and the newest is live. From there to each of the four before it and forward again, across expand and contract migrations: site byte for byte, API version, schema, ledger and Deployments page agree each time.",
  async open(say) {
    const { stage, prepared } = await Stage.start(say, commitHistory);
    try {
      say("taking a first release live, then five pushes at once");
      await stage.takeLive(prepared.first);
      const runs: number[] = [];
      for (const commit of prepared.five) runs.push(await stage.push(commit));
      const ends = await Promise.all(runs.map((run) => stage.ended(run)));
      const story = new History(stage, prepared.five, prepared.contract);
      return { cases: story.cases(ends), close: () => stage.close() };
    } catch (error) {
      await stage.close();
      throw error;
    }
  },
};

class History {
  readonly #stage: Stage;
  readonly #five: readonly string[];
  readonly #contract: string;

  constructor(stage: Stage, five: readonly string[], contract: string) {
    this.#stage = stage;
    this.#five = five;
    this.#contract = contract;
  }

  cases(pushes: readonly RunSummary[]): readonly FaultCase[] {
    const to = (release: number) => this.#manifest(release);
    return [
      { id: "push:five-at-once", run: () => this.#allLive(pushes) },
      ...[4, 3, 2, 1].map((release) => ({
        id: `rollback:5-to-${release}:and-forward`,
        run: async () => {
          await this.#go(await to(5), "keep");
          await this.#go(await to(release), "keep");
          await this.#go(await to(5), "keep");
        },
      })),
      {
        id: "rollback:5-to-2:expand-down",
        run: async () => {
          await this.#go(await to(5), "keep");
          await this.#go(await to(2), "down");
          if ((await this.#schema()).hasColumn) throw new Error("the expand migration was not taken back");
          await this.#go(await to(5), "keep");
        },
      },
      { id: "rollback:contract-to-5:refused-then-down", run: () => this.#acrossContract() },
    ];
  }

  async #allLive(pushes: readonly RunSummary[]): Promise<void> {
    const bad = pushes.filter(({ conclusion }) => conclusion !== "success");
    if (bad.length > 0) throw new Error(bad.map(({ id }) => this.#stage.logOf(id)).join("\n"));
    const { commit } = await this.#stage.live();
    if (commit !== this.#five.at(-1)) throw new Error(`live is ${commit}`);
    await this.#judge();
  }

  async #acrossContract(): Promise<void> {
    const stage = this.#stage;
    const fifth = await this.#manifest(5);
    await this.#go(fifth, "keep");
    await stage.thaw();
    const contract = await stage.takeLive(this.#contract);
    await this.#judge();
    const refused = await stage.ended(await stage.click({ operation: "rollback", to: fifth.id }));
    if (refused.conclusion === "success" || !stage.logOf(refused.id).includes(contractMigration)) {
      throw new Error(`going back across a contract was not refused:\n${stage.logOf(refused.id)}`);
    }
    if ((await stage.live()).releaseId !== contract.id)
      throw new Error("a refused rollback changed what is live");
    if ((await stage.read(key("freeze.json"))) !== undefined) throw new Error("a refused rollback froze");
    await this.#go(fifth, "down");
  }

  /** Makes a release live by rollback.yml, where it is not, and checks everything that says so. */
  async #go(target: WholeManifest, schema: "keep" | "down"): Promise<void> {
    const stage = this.#stage;
    if ((await stage.live()).releaseId === target.id) return;
    const run = await stage.ended(await stage.click({ operation: "rollback", to: target.id, schema }));
    if (run.conclusion !== "success") throw new Error(stage.logOf(run.id));
    if ((await stage.live()).releaseId !== target.id) throw new Error(`live is not ${target.id}`);
    await this.#judge();
  }

  async #judge(): Promise<void> {
    const found = await Promise.all([...this.#five, this.#contract].map((commit) => this.#find(commit)));
    const broken = [
      ...(await brokenPromises(this.#stage, {
        mayBeFrozen: true,
        mayMisreport: false,
        releases: found.filter((manifest) => manifest !== undefined),
        columns: {},
      })),
    ];
    const { hasColumn, applied } = await this.#schema();
    if (hasColumn !== (applied.has(expandMigration) && !applied.has(contractMigration))) {
      broken.push("the schema is not what is on record");
    }
    if (broken.length > 0) throw new Error(broken.join("\n"));
  }

  async #schema(): Promise<{ readonly hasColumn: boolean; readonly applied: ReadonlySet<string> }> {
    const client = await databaseOf(this.#stage);
    try {
      const columns = await client.query(
        "SELECT 1 FROM information_schema.columns WHERE column_name = 'pair' AND table_name = 'Limits'",
      );
      const meta = await client.query<{ name: string }>('SELECT name FROM "SequelizeMeta"');
      const applied = new Set(meta.rows.map(({ name }) => name.replace(/\.[cm]?[jt]s$/, "")));
      return { hasColumn: columns.rowCount === 1, applied };
    } finally {
      await client.end();
    }
  }

  /** Of one of the five, 1 to 5. */
  async #manifest(release: number): Promise<WholeManifest> {
    const found = await this.#find(this.#five[release - 1] ?? "");
    if (found === undefined) throw new Error(`release ${release} is not in the release store`);
    return found;
  }

  async #find(commit: string): Promise<WholeManifest | undefined> {
    const attempts = await newestAttempts(this.#stage, 100);
    const releaseId = attempts.find(({ begin }) => begin.commit === commit)?.begin.releaseId;
    return releaseId === undefined ? undefined : this.#stage.manifestOf(releaseId);
  }
}
