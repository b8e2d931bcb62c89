// The archive of migrations that travel without an API: the package that they lie in, as it is, and what it needs in production.
import { relative } from "node:path";
import { secretProblems } from "../../bundle/preflight.ts";
import { writeZipFile } from "../../bundle/zip-file.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { provideNode } from "../../workspace/node-version.ts";
import { packageFolder } from "../../workspace/package-folder.ts";
import { installProduction, type Target } from "../../workspace/production-install.ts";
import { keyProblems } from "../api-directory/key-files.ts";
import { type BundledFile, type OwnFolder, ownFiles } from "../api-directory/own-files.ts";
import { packageFiles } from "../api-directory/package-files.ts";
import {
  type AppPackage,
  layOut,
  lockfileOf,
  packagesOfWorkspace,
  readPackage,
} from "../api-directory/packages.ts";

interface MigrationsFolder {
  /** Relative to the workspace. */
  readonly folder: string;
  /** Folders that belong to others, relative to the workspace. */
  readonly others: readonly string[];
  readonly installEnv: Readonly<Record<string, string>>;
}

/** Writes the archive. Returns what it is, and the migrations' folder in it. */
export async function packMigrations(
  { folder, others, installEnv }: MigrationsFolder,
  archive: string,
  context: ActionContext,
): Promise<{ readonly folder: string; readonly sha256: string; readonly bytes: number }> {
  const { workspace } = context.run;
  const top = packageFolder(workspace, `${folder}/any`);
  const own: OwnFolder = { workspace, folder: top, written: [], others };
  const files = await ownFiles(own);
  const inside = relative(top, folder);
  if (!files.some(({ name }) => name.startsWith(`${inside}/`))) {
    throw new ActionError("BuildFailed", `the commit has no migrations in "${folder}"`, {
      hint: "give the folder as the commit has it; what `api-command` writes travels only in the folder of `api-directory`",
    });
  }
  const problems = (
    await Promise.all(
      files.map(async ({ name, read }) => [...secretProblems({ name }), ...keyProblems(name, await read())]),
    )
  ).flat();
  const packages = await packagesFor(own, await readPackage(workspace, top), installEnv, context);
  problems.push(...packages.missing.map((what) => `${what}, which is not installed`));
  if (problems.length > 0) {
    throw new ActionError(
      "BuildFailed",
      `the migrations in "${folder}" cannot travel: ${problems.join("; ")}`,
      {
        hint: "correct what is named above; .ebignore names files of the folder that are not to travel",
      },
    );
  }
  const written = await writeZipFile(archive, [...files, ...packages.files]);
  return { ...written, folder: inside };
}

/** What the migrations' package needs in production, for the machine that builds: the one that migrates is of its kind. */
async function packagesFor(
  own: OwnFolder,
  packageJson: AppPackage,
  installEnv: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<{ readonly files: readonly BundledFile[]; readonly missing: readonly string[] }> {
  const lockfile = await lockfileOf(own, packageJson, `the migrations' package in "${own.folder}"`);
  if (lockfile === undefined) return { files: [], missing: [] };
  const node = await provideNode(undefined, context);
  const architecture = process.arch === "arm64" ? "arm64" : "x64";
  const target: Target = { architecture, nodeMajor: node.major };
  const env = { ...installEnv, PATH: node.path };
  const install = await installProduction(lockfile, own.folder, target, env, context);
  const layout = await layOut(install, target);
  const workspacePackages = await packagesOfWorkspace(layout, install, own, lockfile.folder);
  const files = await Promise.all(
    layout.packages.map(async (one) => {
      const its = workspacePackages.get(one.location);
      return its ? ownFiles(its, `${one.location}/`) : packageFiles(one);
    }),
  );
  return { files: files.flat(), missing: layout.missing };
}
