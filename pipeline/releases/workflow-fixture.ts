import { join } from "node:path";
import { inputs as apiInputs, run as runApi } from "../api/run.ts";
import type { RecordedContext } from "../kit/context-fixture.ts";
import { declared } from "../kit/contract-fixture.ts";
import { type InputSpec, type Inputs, readInputs } from "../kit/inputs.ts";
import type { WorkflowRun } from "../kit/workflow-run.ts";
import { inputs as schemaInputs } from "../schema/inputs.ts";
import { run as runSchema } from "../schema/run.ts";
import { inputs as siteInputs } from "../site/inputs.ts";
import { run as runSite } from "../site/run.ts";
import { run as runVerify, inputs as verifyInputs } from "../verify/run.ts";
import { bundleOf } from "./deploys-fixture.ts";
import type { Harness } from "./harness-fixture.ts";
import { inputs as releaseInputs } from "./inputs.ts";
import type { PartsBundle } from "./parts-fixture.ts";
import { inputs as rollbackInputs } from "./rollback/inputs.ts";
import { run as runRollback } from "./rollback/run.ts";
import { run as runRelease } from "./run.ts";

/** An environment's workflow: each step by its own action's inputs, with what `vars` has and nothing for what it has not. */
export class Workflow {
  readonly #harness: Harness;
  readonly #vars: Readonly<Record<string, string>>;
  #runs: number;
  /** What the steps of the newest run said, by their names. */
  said: Record<string, RecordedContext["said"]> = {};
  /** Of the step that failed first in it. */
  failure: Error | undefined;

  constructor(harness: Harness, vars: Readonly<Record<string, string>>, runs: number) {
    this.#harness = harness;
    this.#vars = vars;
    this.#runs = runs;
  }

  /** Runs the steps of a deploy until one fails, then finish; rejects where finish does. */
  async deploy(
    { directory }: PartsBundle,
    meddle: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    this.said = {};
    this.failure = undefined;
    const runId = ++this.#runs;
    let attempt = "";
    try {
      const { digest, sha } = bundleOf(directory);
      const beginning = { operation: "begin", directory, digest };
      const begun = await this.#step("begin", "release", releaseInputs, runRelease, runId, beginning, {
        sha,
      });
      attempt = String(begun.outputs.attempt);
      const given = { release: attempt, directory };
      await this.#step("schema", "db-migrate", schemaInputs, runSchema, runId, given);
      await this.#step("api", "eb-deploy", apiInputs, runApi, runId, {
        ...this.#renamed({ application: "eb-application", environment: "eb-environment" }),
        release: attempt,
      });
      await this.#step("site", "s3-sync", siteInputs, runSite, runId, {
        ...this.#renamed({ bucket: "site-bucket" }),
        release: attempt,
        source: join(directory, "site"),
      });
      await meddle();
      await this.#step("verify", "verify", verifyInputs, runVerify, runId, {
        ...given,
        "timeout-seconds": "1",
      });
    } catch (error) {
      this.failure = error as Error;
    }
    await this.#step("finish", "release", releaseInputs, runRelease, runId, {
      operation: "finish",
      attempt,
      "verify-timeout-seconds": "1",
    });
  }

  async rollback(given: Readonly<Record<string, string>>): Promise<void> {
    this.said = {};
    await this.#step("rollback", "rollback", rollbackInputs, runRollback, ++this.#runs, {
      operation: "rollback",
      reason: "it is wrong",
      "verify-timeout-seconds": "1",
      ...given,
    });
  }

  /** All that the newest run told people. */
  get text(): string {
    return Object.values(this.said)
      .flatMap(({ lines, warnings, summary }) => [...lines, ...warnings, summary])
      .join("\n");
  }

  #renamed(names: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(names).map(([to, from]) => [to, this.#vars[from] ?? ""]));
  }

  async #step<Spec extends InputSpec>(
    step: string,
    action: string,
    spec: Spec,
    run: (inputs: Inputs<Spec>, context: RecordedContext) => Promise<void>,
    runId: number,
    given: Readonly<Record<string, string>>,
    workflow: Partial<WorkflowRun> = {},
  ): Promise<RecordedContext["said"]> {
    const recorded = this.#harness.context(runId);
    const context = { ...recorded, run: { ...recorded.run, ...workflow } };
    const { defaults } = declared(action);
    const values = { ...defaults, ...this.#vars, ...given };
    const inputs = readInputs({ input: (name) => values[name as keyof typeof values] ?? "" }, spec);
    this.said[step] = context.said;
    await run(inputs, context);
    return context.said;
  }
}
