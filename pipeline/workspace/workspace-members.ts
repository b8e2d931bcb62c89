// Which folders a lockfile installs.
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parse } from "yaml";
import { ActionError } from "../kit/errors.ts";
import type { Lockfile } from "./lockfile.ts";

/** Throws `DependenciesNotInstalled` unless the lockfile names the packages of the folder. */
export async function checkMembership(workspace: string, lockfile: Lockfile, folder: string): Promise<void> {
  const within = relative(lockfile.folder, folder);
  const members = await membersOf(workspace, lockfile);
  if (within === "" || members === undefined || members.includes(within)) return;
  const shown = members.length === 0 ? "no workspaces" : members.join(", ");
  throw new ActionError(
    "DependenciesNotInstalled",
    `"${join(lockfile.folder, lockfile.name)}" does not install "${folder}": it has ${shown}`,
    {
      hint: `commit a lockfile in "${folder}", or name the folder among the workspaces and install again`,
    },
  );
}

/** Folders relative to the lockfile's; undefined where the lockfile does not say. */
async function membersOf(
  workspace: string,
  { manager, folder, name }: Lockfile,
): Promise<readonly string[] | undefined> {
  if (manager === "yarn") return undefined;
  const text = await readFile(join(workspace, folder, name), "utf8");
  try {
    if (manager === "npm") {
      const { packages } = JSON.parse(text) as { packages?: Readonly<Record<string, unknown>> };
      // Before version 2 a lockfile knows no workspaces.
      return Object.keys(packages ?? {}).filter(
        (path) => path !== "" && !path.split("/").includes("node_modules"),
      );
    }
    const { importers = {} } = parse(text) as { importers?: Readonly<Record<string, unknown>> };
    return Object.keys(importers).filter((path) => path !== ".");
  } catch (cause) {
    throw new ActionError("DependenciesNotInstalled", `"${join(folder, name)}" cannot be read`, {
      hint: `write it anew with ${manager}: it may hold marks of a merge`,
      cause,
    });
  }
}
