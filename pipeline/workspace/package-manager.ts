// npm, pnpm or yarn, each at the version that the repository asks for.
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";
import type { Lockfile, ManagerName } from "./lockfile.ts";

/** A package manager as a command finds it. */
export interface PackageManager {
  readonly name: ManagerName;
  /** "" for npm, which comes with Node.js. */
  readonly version: string;
  /** PATH that has it, and Node.js. */
  readonly path: string;
}

/** What the package manager of a lockfile is called on, and where it comes from: npm's registry, into the job's own folder. */
export async function providePackageManager(
  workspace: string,
  lockfile: Lockfile,
  path: string,
  context: Pick<ActionContext, "run" | "runner" | "env" | "signal">,
): Promise<PackageManager> {
  const { manager: name } = lockfile;
  if (name === "npm") return { name, version: "", path };
  const version = (await askedVersion(workspace, lockfile)) ?? (await versionOfLockfile(workspace, lockfile));
  const prefix = join(context.run.temp, `${name}-${version}`);
  const bin = join(prefix, "node_modules", ".bin");
  const spec =
    name === "yarn" && !version.startsWith("1.") ? `@yarnpkg/cli-dist@${version}` : `${name}@${version}`;
  if (!existsSync(join(bin, name))) {
    await mkdir(prefix, { recursive: true });
    const code = await runCommand(
      {
        command: "npm",
        args: [
          "install",
          "--prefix",
          prefix,
          "--no-save",
          "--no-audit",
          "--no-fund",
          "--loglevel=error",
          spec,
        ],
        cwd: prefix,
        env: { PATH: path },
        onLine: (line) => context.runner.info(line),
      },
      context,
    );
    if (code !== 0) {
      throw new ActionError("DependenciesNotInstalled", `npm could not install ${spec}`, {
        hint: `correct \`packageManager\` in package.json: it names the ${name} that the repository uses`,
      });
    }
  }
  return { name, version, path: `${bin}${delimiter}${path}` };
}

/** `packageManager` of the folder's package.json, or of one above it: `pnpm@10.2.0+sha512.…`. */
async function askedVersion(workspace: string, { manager, folder }: Lockfile): Promise<string | undefined> {
  const text = await readFile(join(workspace, folder, "package.json"), "utf8").catch(() => "{}");
  const { packageManager } = JSON.parse(text) as { packageManager?: unknown };
  if (typeof packageManager === "string") {
    const [name, version] = packageManager.split("+")[0]?.split("@") ?? [];
    if (name === manager && version) return version;
    throw new ActionError(
      "DependenciesNotInstalled",
      `"${folder}" has a lockfile of ${manager}, and its package.json says packageManager "${packageManager}"`,
      { hint: "commit the lockfile of the package manager that package.json names, or correct the field" },
    );
  }
  return folder === "." ? undefined : askedVersion(workspace, { manager, folder: dirname(folder), name: "" });
}

/** The newest release that writes this version of the lockfile: https://github.com/pnpm/spec/tree/master/lockfile */
async function versionOfLockfile(workspace: string, lockfile: Lockfile): Promise<string> {
  const head = (await readFile(join(workspace, lockfile.folder, lockfile.name), "utf8")).slice(0, 2000);
  if (lockfile.manager === "yarn") return /^__metadata:/m.test(head) ? "4" : "1.22.22";
  const version = Number.parseFloat(/^lockfileVersion:\s*'?([\d.]+)/m.exec(head)?.[1] ?? "9");
  if (version >= 9) return "10";
  return version >= 6 ? "8" : "7";
}
