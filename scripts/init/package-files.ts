import { folderOf, inFolder, type RepositoryFiles } from "./repository-files.ts";

/** A package.json of the repository, and how its scripts are run from the top. */
export interface PackageFile {
  /** "" at the top. */
  readonly folder: string;
  readonly scripts: Readonly<Record<string, string>>;
  /** Names of what it depends on, for development included. */
  readonly dependencies: ReadonlySet<string>;
  readonly manager: "npm" | "pnpm" | "yarn";
}

/** Folders whose packages are nobody's app. */
const others = /(^|\/)(node_modules|test|tests|__tests__|fixtures|examples?|templates?)(\/|$)/;

/** Every package that can be read; what is wrong with one that cannot, the build says. */
export function packageFiles(files: RepositoryFiles): readonly PackageFile[] {
  const found = files.paths.filter((path) => /(^|\/)package\.json$/.test(path) && !others.test(path));
  return found.flatMap((path) => {
    const folder = folderOf(path);
    const read = parsed(files.read(path));
    if (read === undefined) return [];
    return [
      {
        folder,
        scripts: texts(read.scripts),
        dependencies: new Set(
          [read.dependencies, read.devDependencies].flatMap((all) => Object.keys(texts(all))),
        ),
        manager: managerOf(files, folder),
      },
    ];
  });
}

/** The command that runs one of its scripts from the top of the repository. */
export function runScript({ folder, manager }: PackageFile, script: string): string {
  if (folder === "") return script === "test" ? `${manager} test` : `${manager} run ${script}`;
  const into = { npm: `npm --prefix ${folder}`, pnpm: `pnpm --dir ${folder}`, yarn: `yarn --cwd ${folder}` };
  return `${into[manager]} run ${script}`;
}

/** By the nearest lockfile, from the folder up. */
function managerOf({ paths }: RepositoryFiles, folder: string): PackageFile["manager"] {
  const lockfiles = { "package-lock.json": "npm", "pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn" } as const;
  for (let at = folder; ; at = folderOf(at)) {
    for (const [file, manager] of Object.entries(lockfiles)) {
      if (paths.includes(inFolder(at, file))) return manager;
    }
    if (at === "") return "npm";
  }
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function texts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === "string"));
}
