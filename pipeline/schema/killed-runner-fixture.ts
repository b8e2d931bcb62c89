// Migrates in a process of its own, for the test that kills it.
import { dirname } from "node:path";
import type { Manifest } from "../bundle/manifest.ts";
import { recordedContext } from "../kit/context-fixture.ts";
import { ActionError } from "../kit/errors.ts";
import { urlSource } from "./database/address-inputs.ts";
import type { MigrationLimits } from "./database/limits.ts";
import { migrateSchema } from "./migrate.ts";
import { bundledMigrations } from "./migration/bundled.ts";

interface Given {
  readonly limits: MigrationLimits;
  readonly manifest: Manifest;
  readonly directory: string;
  readonly url: string;
  readonly ca: string;
}

const { url, ca, limits, manifest, directory } = JSON.parse(process.argv[2] ?? "") as Given;
const job = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => job.abort(new ActionError("Cancelled", "the job was cancelled")));
}
const context = recordedContext({ runId: 99 }, { signal: job.signal });
const migrations = bundledMigrations(manifest, {
  folder: dirname(directory),
  temp: directory,
  environment: {},
});
await migrateSchema({ limits, migrations, database: urlSource(url, ca, context), context });
