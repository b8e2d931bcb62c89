// Migrates in a process of its own, for the test that kills it.
import { recordedContext } from "../kit/context-fixture.ts";
import { migrateSchema, type SchemaOptions } from "./migrate.ts";

const options = JSON.parse(process.argv[2] ?? "") as Omit<SchemaOptions, "context">;
await migrateSchema({ ...options, context: recordedContext({ runId: 99 }) });
