import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "../root.ts";
import { type AppSuite, appSuites, testFilesOf } from "./app-suites.ts";

/** What runs a suite of the application, and what no import names: these shape the result of every suite. */
const always = [
  ".mocharc.json",
  "package-lock.json",
  "package.json",
  "scripts/prepare.mjs",
  "scripts/test-app.ts",
  "tsconfig.json",
];

/**
 * Git pathspecs of everything that a suite reads, sorted: the packages of the application whole, since they read styles,
 * pages and migrations by their folders; of the rest the folders and files that the suite's imports lead to.
 */
export function suitePaths(suite: AppSuite, quick: boolean): readonly string[] {
  const files = reachableFrom([...testFilesOf(suite, quick), ...always]);
  const packages = [...files].map((file) => join(file.split("/")[0] ?? "", "package.json")).filter(isFile);
  return [...new Set([...files, ...packages].map(pathspecOf))].sort();
}

/** A package of the application; else a folder of a room, or a file that lies in none. */
function pathspecOf(file: string): string {
  const [top = "", ...rest] = file.split("/");
  if ((appSuites as readonly string[]).includes(top)) return top;
  return rest.length > 1 ? `${top}/${rest[0]}` : file;
}

/** The files, and all of this repository that they import, start or read by a name that stands in them. */
function reachableFrom(files: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    if (/\.(?:[cm]?ts|tsx|mjs|json)$/.test(file)) waiting.push(...filesNamedIn(file));
  }
  return reached;
}

/** Every string that names a file beside this one, or one below the root: more than the imports, never fewer. */
function filesNamedIn(file: string): readonly string[] {
  const strings = readFileSync(join(root, file), "utf8").matchAll(/"([^"\n]+)"|'([^'\n]+)'/g);
  return [...strings].flatMap(([, double, single]) => {
    const name = double ?? single ?? "";
    const fromRoot = name.includes("/") && !name.startsWith(".") ? [name] : [];
    return [join(dirname(file), name), ...fromRoot].filter(isFile);
  });
}

function isFile(path: string): boolean {
  const absolute = join(root, path);
  const isOurs = !relative(root, absolute).startsWith("..") && !path.includes("node_modules");
  return isOurs && existsSync(absolute) && statSync(absolute).isFile();
}
