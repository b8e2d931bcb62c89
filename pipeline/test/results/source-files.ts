import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourcePlace } from "../../kit/runner.ts";
import type { TestCase } from "./test-results.ts";

/** The files of a commit, by the names that tools give them: absolute, as a URL, or from the folder that the tool ran in. */
export class SourceFiles {
  readonly #workspace: string;
  readonly #paths: ReadonlySet<string>;

  constructor(workspace: string, paths: readonly string[]) {
    this.#workspace = workspace;
    this.#paths = new Set(paths);
  }

  /** The path from the root; undefined where no file of the commit is meant, or more than one may be. */
  find(name: string): string | undefined {
    const path = name.startsWith("file://") ? pathOf(name) : name;
    const inside = path.startsWith("/") ? relative(this.#workspace, path) : path.replace(/^\.\//, "");
    if (this.#paths.has(inside)) return inside;
    if (path.startsWith("/") || inside.startsWith("..")) return undefined;
    const [found, another] = [...this.#paths].filter((one) => one.endsWith(`/${inside}`));
    return another === undefined ? found : undefined;
  }

  /** Where a test failed: the first frame in its own file, else in a file of the commit; else where the tool says that it stands. */
  placeOf({
    message = "",
    file,
    line,
  }: Pick<TestCase, "message" | "file" | "line">): SourcePlace | undefined {
    const own = file === undefined ? undefined : this.find(file);
    const frames = this.#framesIn(message);
    const frame = frames.find((one) => one.file === own) ?? (own === undefined ? frames[0] : undefined);
    if (frame !== undefined) return frame;
    if (own !== undefined) return { file: own, ...(line === undefined ? {} : { line }) };
    return frames[0];
  }

  #framesIn(message: string): readonly SourcePlace[] {
    return [...message.matchAll(/((?:file:\/\/)?[^\s():'"]+\.[cm]?[jt]sx?):(\d+)(?::\d+)?/g)].flatMap(
      ([, name = "", line]) => {
        const file = name.includes("node_modules/") ? undefined : this.find(name);
        return file === undefined ? [] : [{ file, line: Number(line) }];
      },
    );
  }
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

/** What was thrown without the frames of the stack, and not more than people read. */
export function withoutStack(message: string, longest = 24): string {
  const lines = message.split("\n");
  const end = lines.findIndex((line) => /^\s*(?:at |❯ \S+:\d+)/.test(line) || /^\s*stack: \|/.test(line));
  const said = (end === -1 ? lines : lines.slice(0, end)).map((line) => line.trimEnd());
  while (said.at(-1) === "") said.pop();
  // The first lines say what, the last ones where they differ.
  const left = said.length - longest;
  if (left > 0) said.splice(Math.ceil(longest / 2), left, `… ${left} more lines in the log`);
  const indent = Math.min(...said.filter((line) => line !== "").map((line) => line.search(/\S/)));
  return said.map((line) => line.slice(indent)).join("\n");
}
