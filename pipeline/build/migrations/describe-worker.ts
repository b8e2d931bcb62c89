// A program of its own: imports migrations, given as `{ name: url }`, and prints `{ name: Described }` as its last line.
import { migrationExports } from "../../bundle/migration-exports.ts";
import type { Described } from "./migration-exports.ts";

const described: Record<string, Partial<Described>> = {};
const urls = JSON.parse(process.argv[2] ?? "{}") as Record<string, string>;
for (const [name, url] of Object.entries(urls)) {
  try {
    const module = migrationExports((await import(url)) as Record<string, unknown>);
    described[name] = {
      up: typeof module.up,
      down: module.down === false ? "false" : typeof module.down,
      phase: module.phase,
      reversible: typeof module.down === "function",
    };
  } catch (error) {
    described[name] = { error: error instanceof Error ? error.message : String(error) };
  }
}
process.stdout.write(`\n${JSON.stringify(described)}\n`, () => process.exit(0));
