// npm run bench -- <name>: measures, prints, and writes its part of docs/benchmarks.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, type Option, type Values } from "../kit/command.ts";
import { root } from "../root.ts";
import { benchApi } from "./api.ts";
import { benchDbMigrate, options as dbMigrateOptions } from "./db-migrate/bench-db-migrate.ts";
import { benchRollback, options as rollbackOptions } from "./rollback.ts";
import { benchS3Sync, options as s3SyncOptions } from "./s3-sync/bench-s3-sync.ts";
import { benchStart, options as startOptions } from "./start/bench-start.ts";

const [name = "--help", ...args] = process.argv.slice(2);

const benches: Readonly<Record<string, () => Promise<void>>> = {
  start: () =>
    bench("First start, pushes, and an action's way to its first request.", startOptions, benchStart),
  api: () => bench("The API beside a bare Express server.", {}, benchApi),
  rollback: () => bench("Rollbacks of the site, and of all tiers.", rollbackOptions, benchRollback),
  "db-migrate": () =>
    bench("The action db-migrate beside sequelize-cli and umzug.", dbMigrateOptions, benchDbMigrate),
  "s3-sync": () => bench("The action s3-sync beside its peers.", s3SyncOptions, benchS3Sync),
};

const chosen = benches[name];
if (chosen === undefined) {
  console.log(`Usage: npm run bench -- <${Object.keys(benches).join(" | ")}> [options]`);
  process.exitCode = name === "--help" ? 0 : 2;
} else await chosen();

/** `run` returns the report, or undefined where the page stays as it is. */
async function bench<const Options extends Readonly<Record<string, Option>>>(
  summary: string,
  options: Options,
  run: (values: Values<Options>) => Promise<string | undefined>,
): Promise<void> {
  await command({ usage: `npm run bench -- ${name}`, summary, options, args }, async (values) => {
    const report = await run(values);
    if (report === undefined) return 0;
    console.log(report);
    writePart(name, report);
    return 0;
  });
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
