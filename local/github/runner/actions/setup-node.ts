import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { satisfies } from "semver";
import type { BuiltInExecution } from "./built-in-execution.ts";

/**
 * actions/setup-node: puts the Node that runs the stack first on PATH. A version that it is not is an error: nothing is
 * downloaded. No package cache is kept, dependencies are shared by lockfile.
 */
export async function setupNode(execution: BuiltInExecution): Promise<void> {
  const { state, output } = execution;
  const asked = askedVersion(execution);
  if (!acceptsVersion(asked, process.versions.node)) {
    throw new Error(
      `input "node-version": this runner has Node ${process.versions.node} and downloads no other; "${asked}" was asked for`,
    );
  }
  const folder = dirname(process.execPath);
  state.progress.paths.unshift(folder);
  output.line(`Node ${process.versions.node} from ${folder}`);
  execution.setOutput("node-version", process.version);
  execution.setOutput("cache-hit", "false");
}

/** Whether a version satisfies what `node-version` may hold: 24, 24.x, v24.1.0, >=20, lts/*, latest, … */
export function acceptsVersion(asked: string, version: string): boolean {
  return /^(|x|latest|node|current|lts\/.+)$/i.test(asked) || satisfies(version, asked);
}

function askedVersion({ input, state }: BuiltInExecution): string {
  const version = input("node-version");
  const file = input("node-version-file");
  if (version !== "" || file === "") return version;
  const text = readVersionFile(resolve(state.directories.workspace, file), file);
  if (basename(file) !== "package.json") return text.trim().split("\n")[0]?.trim() ?? "";
  const { engines, volta } = JSON.parse(text) as { engines?: { node?: string }; volta?: { node?: string } };
  const found = volta?.node ?? engines?.node;
  if (found === undefined) throw new Error(`input "node-version-file": "${file}" names no Node version`);
  return found;
}

function readVersionFile(path: string, name: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`input "node-version-file": "${name}" cannot be read`, { cause: error });
  }
}
