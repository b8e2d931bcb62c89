// Migrates in a process of its own, for the test that kills it.
import { recordedContext } from "../kit/context-fixture.ts";
import { urlSource } from "./database/address-inputs.ts";
import { migrateSchema, type SchemaOptions } from "./migrate.ts";

interface Given extends Omit<SchemaOptions, "context" | "database"> {
  readonly url: string;
  readonly ca: string;
}

const { url, ca, ...options } = JSON.parse(process.argv[2] ?? "") as Given;
const context = recordedContext({ runId: 99 });
await migrateSchema({ ...options, database: urlSource(url, ca, context), context });
