import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, isAbsolute, join, normalize, relative, resolve, sep } from "node:path";
import { escape as escapeGlob, Minimatch, unescape as unescapeGlob } from "minimatch";

interface GlobOptions {
  /** What relative patterns start from. */
  readonly root: string;
  /** Whether files and folders whose name starts with a dot are found. */
  readonly hidden: boolean;
}

interface GlobResult {
  /** Absolute paths of files, sorted. */
  readonly files: readonly string[];
  /** The folders (or files) that the patterns name up to their first wildcard. */
  readonly searchPaths: readonly string[];
}

interface Pattern {
  readonly negated: boolean;
  readonly searchPath: string;
  readonly matches: (path: string) => boolean;
}

/**
 * Finds files as `@actions/glob` does: one pattern per line, `#` comments, `!` takes out again what earlier lines found,
 * a folder means everything below it. https://github.com/actions/toolkit/tree/main/packages/glob
 */
export function findFiles(lines: readonly string[], options: GlobOptions): GlobResult {
  const patterns = lines
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => parsePattern(line, options.root));
  const searchPaths = withoutNested(
    patterns.filter(({ negated }) => !negated).map((each) => each.searchPath),
  );
  const files = searchPaths
    .flatMap((path) => [...walk(path, options.hidden)])
    .filter((file) => patterns.reduce((found, pattern) => decide(found, pattern, file), false));
  return { files: files.sort(), searchPaths };
}

/** The `hashFiles` function: sha256 over the sha256 of each file found in the workspace; "" when there is none. */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const { files } = findFiles(
    patterns.flatMap((pattern) => pattern.split("\n")),
    { root: workspace, hidden: true },
  );
  const inside = files.filter((file) => !relative(workspace, file).startsWith(".."));
  if (inside.length === 0) return "";
  const hash = createHash("sha256");
  for (const file of inside) hash.update(createHash("sha256").update(readFileSync(file)).digest());
  return hash.digest("hex");
}

/** The deepest folder that holds all of the paths; a single path is its own. */
export function commonAncestor(paths: readonly string[]): string {
  const [first, ...others] = paths.map((path) => path.split(sep));
  if (first === undefined) return "";
  const length = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return first.slice(0, length < 0 ? first.length : length).join(sep) || sep;
}

function decide(found: boolean, { negated, matches }: Pattern, file: string): boolean {
  return matches(file) ? !negated : found;
}

/** Those of `@actions/glob`. */
const matching = { dot: true, nobrace: true, nocomment: true, noext: true, nonegate: true };

function parsePattern(line: string, root: string): Pattern {
  const negated = line.startsWith("!");
  const text = (negated ? line.slice(1) : line).trim();
  const path = normalize(isAbsolute(text) ? text : `${escapeGlob(root)}/${text}`).replace(/(?<=.)\/+$/, "");
  const segments = path.split(sep);
  const wild = segments.findIndex((segment) => new Minimatch(segment, matching).hasMagic());
  const literal = (wild < 0 ? segments : segments.slice(0, wild)).join(sep);
  // Below whatever the pattern matches, everything matches as well.
  const patterns = [path, `${path}/**`].map((each) => new Minimatch(each, matching));
  return {
    negated,
    searchPath: resolve(unescapeGlob(literal) || sep),
    matches: (file) => patterns.some((pattern) => pattern.match(file)),
  };
}

function withoutNested(paths: readonly string[]): readonly string[] {
  const unique = [...new Set(paths)];
  return unique.filter(
    (path) => !unique.some((other) => other !== path && path.startsWith(`${other}${sep}`)),
  );
}

function* walk(path: string, hidden: boolean, above: readonly string[] = []): Generator<string> {
  if (!hidden && basename(path).startsWith(".")) return;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) {
    yield path;
    return;
  }
  // Links are followed, but not back into a folder that is being walked.
  const folder = realpathSync(path);
  if (above.includes(folder)) return;
  for (const name of readdirSync(path).sort()) yield* walk(join(path, name), hidden, [...above, folder]);
}
