// The production packages of one folder, installed apart from the workspace, whose node_modules has what development needs.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import { trackedFiles } from "./git-tree.ts";
import { runManager } from "./install.ts";
import type { Lockfile } from "./lockfile.ts";
import { type PackageManager, providePackageManager } from "./package-manager.ts";
import { applyPatches, patching } from "./patches.ts";

export interface ProductionInstall {
  /** The copy of the lockfile's folder that it was installed in. */
  readonly root: string;
  /** The copy of the folder whose packages these are, in there. */
  readonly folder: string;
  /** Whether the folder's own scripts ran, which may have written files. */
  readonly ranScripts: boolean;
}

export interface Target {
  readonly architecture: "x64" | "arm64";
  readonly nodeMajor: number;
}

type Scripts = Record<string, string>;

/** Those that npm runs where it installs, and that the app's author therefore counts on. */
const installScripts = ["preinstall", "install", "postinstall"];

/**
 * Installs what the folder needs in production, for the target, in a copy of what installing reads. Once per lockfile: a
 * second call in the same job finds it. Of the scripts in the repository's own package.json files those of the folder itself
 * run, as they would on an instance, and none that are for development (`prepare`).
 */
export async function installProduction(
  lockfile: Lockfile,
  folder: string,
  target: Target,
  env: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<ProductionInstall> {
  const { workspace, temp } = context.run;
  const manager = await providePackageManager(
    workspace,
    lockfile,
    env.PATH ?? context.env.PATH ?? "",
    context,
  );
  const scripts = ((await readJson(join(workspace, folder, "package.json"))).scripts ?? {}) as Scripts;
  const ranScripts = installScripts.some((name) => name in scripts);
  const files = await filesToInstallFrom(workspace, lockfile.folder, ranScripts ? folder : undefined);
  const contents = await Promise.all(
    files.map(async (path) => [path, await readFile(join(workspace, path)).catch(() => undefined)] as const),
  );
  const state = contents.map(([path, content]) => `${path}\0${content && sha256(content)}`);
  const key = sha256([folder, manager.name, manager.version, JSON.stringify(target), ...state].join("\n"));
  const stage = join(temp, `packages-${key.slice(0, 16)}`);
  const root = join(stage, lockfile.folder);
  const installed = { root, folder: join(stage, folder), ranScripts };
  const marker = join(stage, ".installed");
  if ((await readFile(marker, "utf8").catch(() => "")) === key) return installed;
  await rm(stage, { recursive: true, force: true });
  for (const [path] of contents) {
    await mkdir(dirname(join(stage, path)), { recursive: true });
    await cp(join(workspace, path), join(stage, path));
    if (path.endsWith("package.json"))
      await keepScripts(join(stage, path), dirname(path) === folder, context);
  }
  const within = relative(lockfile.folder, folder);
  await runManager(
    productionCommand(manager, within, target, contents),
    manager,
    root,
    environment(env, target),
    context,
  );
  for (const patched of new Set([lockfile.folder, folder])) {
    await applyPatches(
      join(workspace, patched),
      join(stage, patched),
      { ...env, PATH: manager.path },
      context,
    );
  }
  await writeFile(marker, key);
  return installed;
}

async function filesToInstallFrom(
  workspace: string,
  root: string,
  whole: string | undefined,
): Promise<readonly string[]> {
  const all = await trackedFiles(workspace, root);
  const inWhole = (path: string): boolean =>
    whole === "." || (whole !== undefined && path.startsWith(`${whole}/`));
  const read =
    /(^|\/)(package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|\.npmrc|\.yarnrc(\.yml)?|\.pnpmfile\.c?js|binding\.gyp)$|(^|\/)(patches|\.yarn)\/|\.t(ar\.)?gz$/;
  return all.filter((path) => inWhole(path) || (read.test(path) && !/(^|\/)node_modules\//.test(path)));
}

/** Leaves out of the copy's package.json what must not run there. */
async function keepScripts(
  file: string,
  isOwn: boolean,
  { runner }: Pick<ActionContext, "runner">,
): Promise<void> {
  const packageJson = await readJson(file);
  const scripts = (packageJson.scripts ?? {}) as Scripts;
  const dropped = ["prepublish", "preprepare", "prepare", "postprepare", ...(isOwn ? [] : installScripts)];
  // Patches are applied afterwards, by a patch-package that production need not have.
  if (patching.test(scripts.postinstall ?? "")) dropped.push("postinstall");
  else if (!isOwn && /patch-package/.test(scripts.postinstall ?? "")) {
    runner.warning(
      `the packages of the API do not get what \`${scripts.postinstall}\` does: let \`postinstall\` be \`patch-package\` alone`,
    );
  }
  if (!dropped.some((name) => name in scripts)) return;
  const kept = Object.fromEntries(Object.entries(scripts).filter(([name]) => !dropped.includes(name)));
  await writeFile(file, `${JSON.stringify({ ...packageJson, scripts: kept }, null, 2)}\n`);
}

function productionCommand(
  { name, version }: PackageManager,
  within: string,
  { architecture }: Target,
  contents: readonly (readonly [string, Buffer | undefined])[],
): readonly string[] {
  const isOther = architecture !== process.arch;
  if (name === "npm") {
    const workspace = within === "" ? [] : ["--workspace", within, "--include-workspace-root"];
    const platform = isOther ? [`--cpu=${architecture}`, "--os=linux", "--libc=glibc"] : [];
    return ["ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error", ...workspace, ...platform];
  }
  if (name === "pnpm") {
    const hasWorkspaces = contents.some(([path]) => path.endsWith("pnpm-workspace.yaml"));
    const filter = hasWorkspaces && within !== "" ? ["--filter", `{./${within}}...`] : [];
    const platform = isOther ? [`--cpu=${architecture}`, "--os=linux", "--libc=glibc"] : [];
    return ["install", "--frozen-lockfile", "--prod", "--config.node-linker=hoisted", ...filter, ...platform];
  }
  if (version.startsWith("1.")) return ["install", "--frozen-lockfile", "--production", "--non-interactive"];
  return ["workspaces", "focus", "--production", ...(within === "" ? [] : [packageName(within, contents)])];
}

function packageName(within: string, contents: readonly (readonly [string, Buffer | undefined])[]): string {
  const found = contents.find(([path]) => path.endsWith(`${within}/package.json`));
  const { name } = JSON.parse(found?.[1]?.toString() ?? "{}") as { name?: string };
  if (name !== undefined) return name;
  throw new ActionError("DependenciesNotInstalled", `"${within}" is a workspace of yarn without a name`, {
    hint: "give its package.json a `name`",
  });
}

/** What prebuild-install, node-pre-gyp and yarn read in place of options. */
function environment(
  env: Readonly<Record<string, string>>,
  { architecture }: Target,
): Readonly<Record<string, string>> {
  const other = { npm_config_arch: architecture, npm_config_target_arch: architecture };
  return {
    ...env,
    YARN_NODE_LINKER: "node-modules",
    YARN_ENABLE_GLOBAL_CACHE: "true",
    ...(architecture === process.arch ? {} : other),
  };
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  } catch (cause) {
    throw new ActionError("DependenciesNotInstalled", `"${file}" cannot be read as JSON`, {
      hint: "correct the file; `npm pkg get name` in its folder says the same",
      cause,
    });
  }
}
