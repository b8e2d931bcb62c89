import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";

/** Names the packages that are installed; at the root of the workspace. */
export const lockfile = "package-lock.json";

/**
 * Installs the workspace's packages, unless what is installed is what the lockfile names. Returns whether it installed.
 * The marker is the one that `scripts/prepare.mjs` writes, so that one install serves both.
 */
export async function installDependencies(context: ActionContext): Promise<boolean> {
  const { workspace } = context.run;
  const file = join(workspace, lockfile);
  if (!existsSync(file)) {
    throw new ActionError("DependenciesNotInstalled", `"${workspace}" has no ${lockfile}`, {
      hint: "check the repository out before this step, and commit the lockfile",
    });
  }
  const wanted = sha256(await readFile(file));
  const marker = join(workspace, "node_modules", ".installed-lockfile");
  const installed = await readFile(marker, "utf8").catch(() => "");
  if (installed.trim() === wanted) return false;
  const code = await context.runner.group("Install", () =>
    runCommand(
      {
        command: "npm",
        args: ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd: workspace,
        onLine: (line) => context.runner.info(line),
      },
      context,
    ),
  );
  if (code !== 0) {
    throw new ActionError("DependenciesNotInstalled", `\`npm ci\` failed with exit code ${code}`, {
      hint: "read its messages above; run `npm ci` in a fresh clone to see the same",
    });
  }
  await writeFile(marker, `${wanted}\n`);
  return true;
}
