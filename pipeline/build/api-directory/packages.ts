// The packages that travel with a folder of the repository: what it asks for, and those that are folders of the repository, too.
import { readFile, realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { ActionError } from "../../kit/errors.ts";
import { findLockfile, type Lockfile } from "../../workspace/lockfile.ts";
import type { ProductionInstall, Target } from "../../workspace/production-install.ts";
import { checkMembership } from "../../workspace/workspace-members.ts";
import type { OwnFolder } from "./own-files.ts";
import { type Layout, layOutPackages } from "./package-layout.ts";

/** What of a package.json decides what travels, and how it is started. */
export interface AppPackage {
  readonly engines?: { readonly node?: string };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The package.json of a folder; empty where it has none. Throws `BuildFailed` for one that is no JSON. */
export async function readPackage(workspace: string, folder: string): Promise<AppPackage> {
  const text = await readFile(join(workspace, folder, "package.json"), "utf8").catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "{}";
      throw error;
    },
  );
  try {
    return JSON.parse(text) as AppPackage;
  } catch (cause) {
    throw new ActionError("BuildFailed", `"${folder}/package.json" is no JSON`, {
      hint: "correct it",
      cause,
    });
  }
}

/** The lockfile that the folder's production packages are installed from; undefined where it needs none. */
export async function lockfileOf(
  { workspace, folder }: Pick<OwnFolder, "workspace" | "folder">,
  { dependencies, optionalDependencies }: AppPackage,
  what: string,
): Promise<Lockfile | undefined> {
  if (Object.keys({ ...dependencies, ...optionalDependencies }).length === 0) return undefined;
  const lockfile = findLockfile(workspace, folder);
  if (lockfile === undefined) {
    throw new ActionError("DependenciesNotInstalled", `${what} has no lockfile`, {
      hint: "commit package-lock.json, pnpm-lock.yaml or yarn.lock, in the folder or at the repository's root",
    });
  }
  await checkMembership(workspace, lockfile, folder);
  return lockfile;
}

export function layOut({ folder, root }: ProductionInstall, target: Target): Promise<Layout> {
  return layOutPackages([folder, root], root, target);
}

/** Those packages that are folders of the repository, by their place: they travel as the workspace has them, built. */
export async function packagesOfWorkspace(
  { packages }: Layout,
  { root }: ProductionInstall,
  own: OwnFolder,
  lockfileFolder: string,
): Promise<ReadonlyMap<string, OwnFolder>> {
  const top = await realpath(root);
  const inside = packages
    .map(({ location, folder }) => [location, relative(top, folder)] as const)
    .filter(([, path]) => !path.split("/").includes("node_modules"));
  return new Map(
    inside.map(([location, path]) => [location, { ...own, folder: join(lockfileFolder, path), others: [] }]),
  );
}
