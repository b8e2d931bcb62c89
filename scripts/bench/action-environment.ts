import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../root.ts";

export interface StepOptions {
  readonly action: string;
  /** By name; the others get their defaults. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The S3 server, and GitHub, which nobody asks. */
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Workspace, temporary folder and compile cache. */
  readonly folder: string;
}

/** The environment that the runner gives to a step that uses the action, with static credentials. */
export function actionEnvironment(step: StepOptions): Record<string, string> {
  const inputs = Object.entries(inputsOf(step.action)).map(([name, { default: value = "" }]) => [
    `INPUT_${name.toUpperCase()}`,
    step.inputs[name] ?? value,
  ]);
  return {
    PATH: process.env.PATH ?? "",
    NODE_COMPILE_CACHE: join(step.folder, "compile-cache"),
    AWS_ENDPOINT_URL: step.endpoint,
    AWS_ACCESS_KEY_ID: step.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: step.credentials.secretAccessKey,
    GITHUB_REPOSITORY: "local/udagram",
    GITHUB_SHA: "0".repeat(40),
    GITHUB_REF: "refs/heads/main",
    GITHUB_EVENT_NAME: "push",
    GITHUB_ACTOR: "you",
    GITHUB_WORKFLOW: "Deploy",
    GITHUB_JOB: "deploy",
    GITHUB_RUN_ID: "1",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_WORKSPACE: step.folder,
    GITHUB_OUTPUT: emptyFile(step.folder, "output"),
    GITHUB_STEP_SUMMARY: emptyFile(step.folder, "summary"),
    RUNNER_TEMP: step.folder,
    GITHUB_API_URL: step.endpoint,
    GITHUB_SERVER_URL: step.endpoint,
    ...(Object.fromEntries(inputs) as Record<string, string>),
  };
}

function emptyFile(folder: string, name: string): string {
  const file = join(folder, name);
  writeFileSync(file, "");
  return file;
}

export function inputsOf(action: string): Readonly<Record<string, { readonly default?: string }>> {
  const file = readFileSync(join(root, "actions", action, "action.yml"), "utf8");
  return (parse(file) as { inputs: Record<string, { default?: string }> }).inputs;
}
