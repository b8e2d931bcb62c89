import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RecordedContext, recordedContext } from "../kit/context-fixture.ts";
import { Workspace } from "../workspace/workspace-fixture.ts";
import type { BuildInputs } from "./inputs.ts";
import { run } from "./run.ts";

/** The inputs of every build, unless a test has others. */
export const buildInputs: BuildInputs = {
  job: "Build",
  "github-token": "",
  "npm-token": "",
  "api-directory": "",
  "api-command": "",
  "api-architecture": "",
  "node-version": 0,
  "api-entry": "backend/src/main.ts",
  "api-path": "/api",
  "build-env": {},
  "site-command": "node frontend/build.mjs",
  "site-directory": "frontend/dist",
  "cache-control": [],
  "content-encoding": [],
  "content-disposition": [],
  metadata: [],
  "content-type": [],
  precompress: [],
  redirects: [],
  exclude: [],
  "publish-anyway": [],
  "written-at-deploy": ["config.json", "release.json"],
  "migrations-directory": "backend/migrations",
  "recorded-extension": "",
  // A major that no machine has: only tests of what is observed wait for a server.
  "postgres-version": 99,
  "migration-env": [],
  directory: "release",
  "paths-file": "",
  paths: [
    ".ebextensions",
    ".platform",
    "backend",
    "frontend",
    "package-lock.json",
    ":(exclude,glob)**/*.test.ts",
  ],
};

/** Workspaces of small applications, built by the action itself. */
export class BuildFixture {
  readonly #folder = mkdtempSync(join(tmpdir(), "udagram-build-"));
  #count = 0;

  /** A path that nothing has yet. */
  inside(name: string): string {
    this.#count += 1;
    return join(this.#folder, `${name}-${this.#count}`);
  }

  workspace(): Workspace {
    return new Workspace(this.inside("workspace"));
  }

  context({ directory }: Workspace, apiUrl?: string): RecordedContext {
    const event = { repository: { default_branch: "main" } };
    const workflow = { workspace: directory, temp: join(this.#folder, "temp"), event, runId: 7 };
    return recordedContext(apiUrl === undefined ? workflow : { ...workflow, apiUrl }, {
      env: { PATH: process.env.PATH, INPUT_SECRET: "hidden" },
    });
  }

  async build(space: Workspace, given: Partial<BuildInputs> = {}): Promise<RecordedContext> {
    const context = this.context(space);
    await run({ ...buildInputs, ...given }, context);
    return context;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Every file below a folder, by its path in there. */
export function filesOf(directory: string): Record<string, Buffer> {
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(directory.length + 1), readFileSync(file)]),
  );
}
