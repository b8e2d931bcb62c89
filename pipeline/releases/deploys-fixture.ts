import type { RecordedContext } from "../kit/context-fixture.ts";
import type { Built, Harness } from "./harness-fixture.ts";
import { putApi, putSite } from "./put-back/tiers.ts";
import { run } from "./run.ts";
import { openSession } from "./session.ts";
import { openAttempt } from "./store/attempt.ts";

export type Said = RecordedContext["said"];

/** Deploys on a harness, step by step as the workflow makes them, each in a run of its own. */
export class Deploys {
  readonly #harness: Harness;
  /** The id of the newest run. */
  runs: number;

  constructor(harness: Harness, runs: number) {
    this.#harness = harness;
    this.runs = runs;
  }

  async begin({ directory }: Built, runId: number, attempt = 1): Promise<Said> {
    const context = this.#harness.context(runId, attempt);
    await run(this.#harness.inputs({ operation: "begin", directory, "lock-wait-seconds": 1 }), context);
    return context.said;
  }

  /** What `eb-deploy` and `s3-sync` do under a release. */
  async moveTiers(
    { manifest }: Built,
    handle: string,
    runId: number,
    tiers = ["api", "site"],
  ): Promise<void> {
    const context = this.#harness.context(runId);
    const session = await openSession(this.#harness.inputs(), context);
    const attempt = await openAttempt(session.s3, handle, context);
    if (tiers.includes("api")) await putApi(session, manifest, null, (from) => attempt.move("api", from));
    if (tiers.includes("site")) await putSite(session, manifest, null, (from) => attempt.move("site", from));
  }

  async finish(attempt: unknown, context: RecordedContext): Promise<Said> {
    await run(this.#harness.inputs({ operation: "finish", attempt: String(attempt) }), context);
    return context.said;
  }

  /** All of it; returns the attempt's handle. */
  async deploy(built: Built): Promise<string> {
    const runId = ++this.runs;
    const handle = String((await this.begin(built, runId)).outputs.attempt);
    await this.moveTiers(built, handle, runId);
    await this.finish(handle, this.#harness.context(runId));
    return handle;
  }
}
