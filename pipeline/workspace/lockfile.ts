// Which packages a folder of the repository is installed from, and by which package manager.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { ActionError } from "../kit/errors.ts";

export type ManagerName = "npm" | "pnpm" | "yarn";

export interface Lockfile {
  readonly manager: ManagerName;
  /** The folder that it is installed in, relative to the workspace; "." is the workspace itself. */
  readonly folder: string;
  /** Its name in there. */
  readonly name: string;
}

const names: Readonly<Record<string, ManagerName>> = {
  "package-lock.json": "npm",
  "npm-shrinkwrap.json": "npm",
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
};

/** Git pathspecs that match every lockfile of a repository. */
export const lockfilePathspecs = Object.keys(names).map((name) => `:(glob)**/${name}`);

/** The lockfile of a folder: its own, else the nearest above it in the workspace. Throws where one folder has two. */
export function findLockfile(workspace: string, folder: string): Lockfile | undefined {
  const found = Object.keys(names).filter((name) => existsSync(join(workspace, folder, name)));
  const [name, other] = found;
  if (other !== undefined) {
    throw new ActionError(
      "DependenciesNotInstalled",
      `"${folder}" has ${found.length} lockfiles: ${found.join(", ")}`,
      { hint: "delete the one that the team no longer uses: they name different packages sooner or later" },
    );
  }
  if (name !== undefined) return { manager: names[name] as ManagerName, folder, name };
  return folder === "." ? undefined : findLockfile(workspace, dirname(folder));
}
