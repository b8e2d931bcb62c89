import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildInputs } from "../../pipeline/build/build-fixture.ts";
import type { BuildInputs } from "../../pipeline/build/inputs.ts";
import { run } from "../../pipeline/build/run.ts";
import { type RecordedContext, recordedContext } from "../../pipeline/kit/context-fixture.ts";
import { writeFiles } from "./write-files.ts";

/** Nothing but a folder of an API. */
export const apiAlone: BuildInputs = {
  ...buildInputs,
  "api-entry": "",
  "site-command": "",
  "site-directory": "",
  "migrations-directory": "",
  paths: ["."],
};

/** A repository of somebody else's, checked out as a job has it, and the build of it. */
export class CustomerFixture {
  readonly directory: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "udagram-customer-"));

  /** Of a folder below test/customers, or of files. */
  constructor(source: string | Readonly<Record<string, string>>) {
    this.directory = join(this.#folder, "workspace");
    mkdirSync(this.directory);
    mkdirSync(join(this.#folder, "temp"));
    if (typeof source === "string")
      cpSync(join(import.meta.dirname, source), this.directory, { recursive: true });
    else writeFiles(this.directory, source);
    this.git("init", "--quiet", "--initial-branch=main");
    appendFileSync(join(this.directory, ".git", "info", "exclude"), "release/\nnode_modules/\n");
    this.commit({});
  }

  commit(files: Readonly<Record<string, string>>): void {
    writeFiles(this.directory, files);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "change");
  }

  git(...args: readonly string[]): string {
    const who = { NAME: "Ada", EMAIL: "ada@example.org", DATE: "2026-01-02T03:04:05Z" };
    const identity = Object.entries(who).flatMap(([name, value]) => [
      [`GIT_AUTHOR_${name}`, value],
      [`GIT_COMMITTER_${name}`, value],
    ]);
    return execFileSync("git", args, {
      cwd: this.directory,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        GIT_CONFIG_NOSYSTEM: "1",
        HOME: this.#folder,
        ...Object.fromEntries(identity),
      },
    });
  }

  context(env: Readonly<Record<string, string>> = {}): RecordedContext {
    return recordedContext(
      { workspace: this.directory, temp: join(this.#folder, "temp"), runId: 7 },
      { env: { ...process.env, ...env } },
    );
  }

  async build(
    inputs: Partial<BuildInputs>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<RecordedContext> {
    const context = this.context(env);
    await run({ ...apiAlone, ...inputs }, context);
    return context;
  }

  /** The bundle of the last build. */
  get bundle(): string {
    return join(this.directory, "release");
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
