import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parse } from "yaml";
import { parseKeyValues } from "../local/github/runner/steps/environment-file.ts";
import { root } from "../scripts/root.ts";

export interface ActionStep {
  /** Folder of the action: `s3-sync`. */
  readonly action: string;
  /** Those that the workflow gives; `action.yml` has the others. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly aws: {
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly runId?: number;
  readonly runAttempt?: number;
}

export interface StepEnd {
  /** null after a signal. */
  readonly code: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  /** Standard output, then standard error. */
  readonly log: string;
}

export interface StepProcess {
  readonly child: ChildProcess;
  readonly finished: Promise<StepEnd>;
}

/** Starts an action's committed bundle in a process of its own, as a runner would. */
export function startAction({ action, inputs, aws, runId = 1, runAttempt = 1 }: ActionStep): StepProcess {
  const folder = mkdtempSync(join(tmpdir(), "action-"));
  const declared = parse(readFileSync(join(root, "actions", action, "action.yml"), "utf8")) as {
    inputs: Record<string, { default?: string }>;
  };
  const files = { GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary.md") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const given = Object.entries(declared.inputs).map(([name, input]) => [
    `INPUT_${name.toUpperCase()}`,
    inputs[name] ?? input.default ?? "",
  ]);
  const child = spawn(process.execPath, [join(root, "actions/dist", `${action}.js`)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: join(tmpdir(), "action-compile-cache"),
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
      GITHUB_REPOSITORY: "somebody/site",
      GITHUB_SHA: "0".repeat(40),
      GITHUB_REF: "refs/heads/main",
      GITHUB_EVENT_NAME: "push",
      GITHUB_ACTOR: "somebody",
      GITHUB_WORKFLOW: "Deploy",
      GITHUB_JOB: "deploy",
      GITHUB_RUN_ID: String(runId),
      GITHUB_RUN_ATTEMPT: String(runAttempt),
      GITHUB_WORKSPACE: folder,
      GITHUB_API_URL: "http://127.0.0.1:9",
      GITHUB_SERVER_URL: "http://127.0.0.1:9",
      RUNNER_TEMP: folder,
      ...files,
      ...Object.fromEntries(given),
    },
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const finished = Promise.all([exited, said]).then(([code, [out, error]]) => {
    const outputs =
      code === 0 ? Object.fromEntries(parseKeyValues(readFileSync(files.GITHUB_OUTPUT, "utf8"))) : {};
    rmSync(folder, { recursive: true, force: true });
    return { code, outputs, log: `${out}${error}` };
  });
  return { child, finished };
}
