// npm run bench -- <name>: measures, prints, and writes its part of docs/benchmarks.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportError } from "../command.ts";
import { root } from "../root.ts";
import { benchApi } from "./api.ts";
import { benchStart } from "./start.ts";

const benches: Readonly<Record<string, () => Promise<string>>> = { start: benchStart, api: benchApi };

const [name = "--help"] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  console.log(`Usage: npm run bench -- <${Object.keys(benches).join(" | ")}>`);
  process.exitCode = name === "--help" ? 0 : 2;
} else {
  try {
    const report = await bench();
    console.log(report);
    writePart(name, report);
  } catch (error) {
    reportError(error);
    process.exitCode = 1;
  }
}

/** Replaces the part of the page between this bench's markers. */
function writePart(part: string, report: string): void {
  const page = join(root, "docs/benchmarks.md");
  const text = readFileSync(page, "utf8");
  const pattern = new RegExp(`(<!-- ${part} -->)[\\s\\S]*?(<!-- /${part} -->)`);
  if (!pattern.test(text)) throw new Error(`docs/benchmarks.md has no <!-- ${part} --> markers`);
  writeFileSync(
    page,
    text.replace(pattern, (_, open: string, close: string) => `${open}\n\n${report}\n\n${close}`),
  );
}
