import { join } from "node:path";
import { root } from "../../../root.ts";
import { actionEnvironment } from "../../action-environment.ts";
import { findPeers } from "./peers.ts";
import { type Scenario, type Sync, scenarios, type Tool } from "./tool.ts";
import type { Program } from "./watch-process.ts";

/** This action on its own, as the runner would start it; its rollback is measured through a release. */
function action(name: string, inputs: Readonly<Record<string, string>>, measured: readonly Scenario[]): Tool {
  return {
    name,
    version: "",
    calledAs: "",
    comparesContent: true,
    scenarios: measured,
    program: (sync) =>
      actionProgram(sync, {
        source: sync.folder,
        bucket: sync.bucket,
        "state-bucket": stateBucket,
        ...inputs,
      }),
  };
}

/** This action as a tier of a release: which file has which hash is in the release.json that `build` wrote. */
function tier(name: string, environment: string, inputs: Readonly<Record<string, string>>): Tool {
  return {
    name,
    version: "",
    calledAs: "",
    comparesContent: true,
    environment,
    scenarios: ["no change"],
    program: (sync, release = "") =>
      actionProgram(sync, { source: sync.folder, bucket: sync.bucket, release, ...inputs }),
  };
}

/** Where the action keeps its record. */
export const stateBucket = "state";

export function actionProgram(sync: Sync, inputs: Readonly<Record<string, string>>): Program {
  const env = actionEnvironment({
    action: "s3-sync",
    inputs: { "aws-region": sync.region, ...inputs },
    endpoint: sync.endpoint,
    credentials: sync.credentials,
    folder: sync.home,
  });
  return { file: process.execPath, args: [join(root, "actions/dist/s3-sync.js")], env, cwd: sync.home };
}

/** The action, as it can be called, and the peers found in the folders of `path`; the others by name. */
export function findTools(path: string): ReturnType<typeof findPeers> {
  const { tools, missing } = findPeers(path);
  return {
    tools: [
      action("s3-sync", {}, scenarios),
      action("s3-sync, record", { compare: "record" }, ["no change", "one file", "same size"]),
      tier("s3-sync, release", "bench-release", {}),
      tier("s3-sync, release, record", "bench-release-record", { compare: "record" }),
      ...tools,
    ],
    missing,
  };
}
