// patch-package: changes that a team keeps to the packages of others, which its `postinstall` applies after each install.
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";

/** A `postinstall` that does nothing else. */
export const patching = /^\s*(npx\s+)?patch-package(\s+--[\w-]+(=\S+)?)*\s*$/;

interface PackageJson {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * Applies the patches of a folder of the repository to the packages in its copy, as its `postinstall` would; with the version of
 * patch-package that its package.json asks for, from the registry, whether production has it or not.
 */
export async function applyPatches(
  folder: string,
  copy: string,
  env: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<void> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
  const { scripts, dependencies, devDependencies } = JSON.parse(text) as PackageJson;
  const script = scripts?.postinstall ?? "";
  if (!patching.test(script) || !existsSync(join(copy, "node_modules"))) return;
  await dropPatchesOfOthers(copy);
  const range = { ...devDependencies, ...dependencies }["patch-package"] ?? "latest";
  const options = script.split(/\s+/).filter((word) => word.startsWith("--"));
  const code = await context.runner.group("Patch", () =>
    runCommand(
      {
        command: "npm",
        args: ["exec", "--yes", `--package=patch-package@${range}`, "--", "patch-package", ...options],
        cwd: copy,
        env: { ...env, NODE_ENV: "production" },
        onLine: (line) => context.runner.info(line),
      },
      context,
    ),
  );
  if (code === 0) return;
  throw new ActionError("DependenciesNotInstalled", `"${script}" failed with exit code ${code}`, {
    hint: "read its messages above; make the patches anew for the versions that the lockfile names",
  });
}

/** Packages that only development or another workspace has are not there, and patch-package would fail for them. */
async function dropPatchesOfOthers(copy: string): Promise<void> {
  const patches = await readdir(join(copy, "patches")).catch(() => []);
  for (const patch of patches.filter((name) => name.endsWith(".patch"))) {
    if (!existsSync(join(copy, "node_modules", patchedPackage(patch))))
      await rm(join(copy, "patches", patch));
  }
}

/** The top one of `express+5.1.0.patch`, `@scope+name+1.0.0+001+why.patch`, `outer++inner+1.0.0.patch`. */
function patchedPackage(patch: string): string {
  const [first = "", second = ""] = (patch.split("++")[0] ?? "").split("+");
  return first.startsWith("@") ? join(first, second) : first;
}
