import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inputs as apiInputs, run as runApi } from "../api/run.ts";
import { type Manifest, writeManifest } from "../bundle/manifest.ts";
import { migrationFile } from "../bundle/migration-names.ts";
import type { RecordedContext } from "../kit/context-fixture.ts";
import { declared } from "../kit/contract-fixture.ts";
import { type InputSpec, type Inputs, readInputs } from "../kit/inputs.ts";
import { sha256 } from "../kit/sha256.ts";
import { inputs as schemaInputs } from "../schema/inputs.ts";
import { run as runSchema } from "../schema/run.ts";
import { inputs as siteInputs } from "../site/inputs.ts";
import { run as runSite } from "../site/run.ts";
import { run as runVerify, inputs as verifyInputs } from "../verify/run.ts";
import { apiZip, type Harness } from "./harness-fixture.ts";
import { inputs as releaseInputs } from "./inputs.ts";
import { inputs as rollbackInputs } from "./rollback/inputs.ts";
import { run as runRollback } from "./rollback/run.ts";
import { run as runRelease } from "./run.ts";

/** What a release has, and what of it: the text that decides the API's version, the page, migrations by file name. */
export interface Parts {
  readonly api?: string;
  readonly page?: string;
  readonly migrations?: Readonly<Record<string, string>>;
}

export interface PartsBundle {
  readonly directory: string;
  readonly manifest: Manifest;
}

/** A migration that makes a table, or fails on the way. */
export function tableMigration(table: string, isBroken = false): string {
  return `export const phase = "expand";
export const up = ({ sequelize }) => sequelize.query('CREATE TABLE ${isBroken ? "((" : `"${table}" (id int)`}');
export const down = ({ sequelize }) => sequelize.query('DROP TABLE "${table}"');
`;
}

/** Writes a bundle of schema 2 that has these parts and no other. */
export async function partsBundle(harness: Harness, name: string, parts: Parts): Promise<PartsBundle> {
  const { folder, about } = harness.next(name);
  const { api, page, migrations } = parts;
  mkdirSync(folder, { recursive: true });
  const version = sha256(api ?? "").slice(0, 12);
  const zip = apiZip(version, api?.includes("broken") ?? false);
  const entries = Object.entries(migrations ?? {}).map(([file, text]) => ({
    name: file,
    sha256: sha256(text),
    phase: "expand" as const,
    reversible: true,
    findings: [],
  }));
  const file = (text: string) => ({
    sha256: sha256(text),
    bytes: text.length,
    contentType: "text/html; charset=utf-8",
    cacheControl: "no-cache",
  });
  const manifest: Manifest = {
    schema: 2,
    ...about,
    ...(api !== undefined && { api: { version, sha256: sha256(zip), bytes: zip.length, node: ">=24" } }),
    ...(page !== undefined && { site: { files: { "index.html": file(page) } } }),
    ...(migrations && { migrations: entries }),
  };
  if (api !== undefined) writeFileSync(join(folder, "api.zip"), zip);
  if (page !== undefined) {
    mkdirSync(join(folder, "site"));
    writeFileSync(join(folder, "site", "index.html"), page);
  }
  if (migrations) {
    mkdirSync(join(folder, "migrations"));
    for (const entry of entries) {
      writeFileSync(join(folder, "migrations", migrationFile(entry)), migrations[entry.name] ?? "");
    }
  }
  await writeManifest(folder, manifest);
  return { directory: folder, manifest };
}

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
      const begun = await this.#step("begin", "release", releaseInputs, runRelease, runId, {
        operation: "begin",
        directory,
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
  ): Promise<RecordedContext["said"]> {
    const context = this.#harness.context(runId);
    const { defaults } = declared(action);
    const values = { ...defaults, ...this.#vars, ...given };
    const inputs = readInputs({ input: (name) => values[name as keyof typeof values] ?? "" }, spec);
    this.said[step] = context.said;
    await run(inputs, context);
    return context.said;
  }
}
