// An API as its repository has it: the story from the folder's name to its bundle.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionContext } from "../../kit/action.ts";
import { runCommand } from "../../kit/child-process.ts";
import { ActionError } from "../../kit/errors.ts";
import { allowsMajor } from "../../kit/node-range.ts";
import { trackedFiles } from "../../workspace/git-tree.ts";
import { majorOfEngines, provideNode } from "../../workspace/node-version.ts";
import {
  installProduction,
  type ProductionInstall,
  type Target,
} from "../../workspace/production-install.ts";
import type { BuiltApi } from "../built-api.ts";
import { type BundledFile, type OwnFolder, untrackedState, writtenBetween } from "./own-files.ts";
import { packApiDirectory } from "./pack-api-directory.ts";
import { packageFiles } from "./package-files.ts";
import { type AppPackage, layOut, lockfileOf, packagesOfWorkspace, readPackage } from "./packages.ts";

export interface ApiDirectoryInputs {
  readonly folder: string;
  /** Below which everything is the API's. */
  readonly apiPath: string;
  readonly command: string;
  /** 0 where `engines` decides. */
  readonly nodeMajor: number;
  readonly architecture: "x64" | "arm64";
  /** Folders of the workspace that are not the API's, should its folder hold them. */
  readonly others: readonly string[];
  /** Added to the environment of its command. */
  readonly commandEnv: Readonly<Record<string, string>>;
  /** Added to that of the package manager. */
  readonly installEnv: Readonly<Record<string, string>>;
}

/** Builds the API of a folder and writes its EB source bundle to `archive`. */
export async function buildApiDirectory(
  inputs: ApiDirectoryInputs,
  archive: string,
  context: ActionContext,
): Promise<BuiltApi> {
  const { workspace } = context.run;
  const { folder } = inputs;
  const packageJson = await readApp(workspace, folder);
  const node = await provideNode(wantedMajor(inputs, packageJson), context);
  const target: Target = { architecture: inputs.architecture, nodeMajor: node.major };
  const lockfile = await lockfileOf({ workspace, folder }, packageJson, `the API in "${folder}"`);
  const [written, install] = await Promise.all([
    runApiCommand(inputs, node.path, context),
    lockfile &&
      installProduction(lockfile, folder, target, { ...inputs.installEnv, PATH: node.path }, context),
  ]);
  const layout = install ? await layOut(install, target) : { packages: [], missing: [], foreign: [] };
  const own: OwnFolder = { workspace, folder, written, others: inputs.others };
  return packApiDirectory(
    {
      own,
      packageJson,
      layout,
      workspacePackages: install
        ? await packagesOfWorkspace(layout, install, own, lockfile?.folder ?? ".")
        : new Map(),
      installed: install?.ranScripts ? await filesOfScripts(install, own) : [],
      lockfile: lockfile ? await readFile(join(workspace, lockfile.folder, lockfile.name)) : new Uint8Array(),
      apiPath: inputs.apiPath,
      target,
    },
    archive,
    context.runner,
  );
}

async function readApp(workspace: string, folder: string): Promise<AppPackage> {
  const file = join(workspace, folder, "package.json");
  if (!existsSync(join(workspace, folder)) || (await trackedFiles(workspace, folder)).length === 0) {
    throw new ActionError("BuildFailed", `the commit has no files in "${folder}"`, {
      hint: "give the folder of the API as input `api-directory`, relative to the repository's root",
    });
  }
  if (!existsSync(file)) {
    throw new ActionError("BuildFailed", `"${folder}" has no package.json`, {
      hint: "give the folder that has the API's package.json as `api-directory`; .ebignore names what is not to travel",
    });
  }
  return readPackage(workspace, folder);
}

/** Refuses a version that Elastic Beanstalk would refuse with the bundle. */
function wantedMajor({ nodeMajor, folder }: ApiDirectoryInputs, { engines }: AppPackage): number | undefined {
  const range = engines?.node;
  const major = nodeMajor === 0 ? majorOfEngines(range) : nodeMajor;
  if (range === undefined || range.trim() === "") return major;
  if (major === undefined && range.trim() !== "*") {
    throw new ActionError("BuildFailed", `no platform of Elastic Beanstalk has Node.js "${range}"`, {
      hint: `let \`engines.node\` of "${folder}/package.json" allow 20, 22 or 24`,
    });
  }
  if (major !== undefined && !allowsMajor(range, major)) {
    throw new ActionError("BuildFailed", `"${folder}/package.json" allows Node.js "${range}", not ${major}`, {
      hint: "let `engines.node` and the input `node-version` agree: Elastic Beanstalk refuses the bundle otherwise",
    });
  }
  return major;
}

/** Runs the API's own command. Returns what it wrote, relative to the workspace. */
async function runApiCommand(
  { command, commandEnv }: ApiDirectoryInputs,
  path: string,
  context: ActionContext,
): Promise<readonly string[]> {
  if (command === "") return [];
  const { run, runner } = context;
  const before = await untrackedState(run.workspace);
  const code = await runCommand(
    {
      command: "bash",
      args: ["-eo", "pipefail", "-c", command],
      cwd: run.workspace,
      env: { PATH: path, ...commandEnv },
      onLine: (line) => runner.info(`api: ${line}`),
    },
    context,
  );
  if (code !== 0) {
    throw new ActionError("BuildFailed", `the API's command "${command}" failed with exit code ${code}`, {
      hint: "its own messages are above, marked `api:`",
    });
  }
  return writtenBetween(before, await untrackedState(run.workspace));
}

/** What the app's own install scripts wrote into its folder, beside its packages. */
async function filesOfScripts(install: ProductionInstall, own: OwnFolder): Promise<BundledFile[]> {
  const known = new Set(await trackedFiles(own.workspace, own.folder));
  const files = await packageFiles({ location: own.folder, folder: install.folder, packageJson: {} });
  const start = own.folder === "." ? 2 : own.folder.length + 1;
  return files
    .map((file) => ({ ...file, name: file.name.slice(start) }))
    .filter(({ name }) => !known.has(join(own.folder, name)) && !name.split("/").includes("node_modules"))
    .filter(({ name }) => name !== ".installed");
}
