import { Sequelize } from "sequelize";
import type { Cancellation } from "./database/cancellation.ts";
import type { MigrationLimits } from "./database/limits.ts";
import type { MigrationModule } from "./migration-module.ts";
import { type Author, type Execute, executeWith, fence, recordMigration, writeHistory } from "./records.ts";

export type Direction = "up" | "down";

/** What came of one migration: applied now, or found to be done already by somebody else. */
export type Outcome = "done" | "already";

interface Work {
  readonly sequelize: Sequelize;
  readonly cancellation: Pick<Cancellation, "spare">;
  readonly module: MigrationModule;
  readonly direction: Direction;
  readonly limits: MigrationLimits;
  readonly author: Author;
}

/** Runs one migration once, together with its record. With a transaction, all of it happens or nothing. */
export async function executeMigration(work: Work): Promise<Outcome> {
  return work.module.transaction ? inOneTransaction(work) : withoutTransaction(work);
}

async function inOneTransaction(work: Work): Promise<Outcome> {
  const { sequelize, module, direction, limits } = work;
  const execute = executeWith(sequelize);
  return sequelize.transaction({ logging: false }, async () => {
    await setLocalLimits(execute, limits);
    if (await isDone(execute, work)) return "already";
    const started = performance.now();
    await runStep(sequelize, module, direction);
    await record(execute, work, performance.now() - started);
    return "done";
  });
}

/**
 * The step's own statements wait for locks as long as they need: one that gives up half-way leaves an invalid index behind.
 * The history says that it started, since a process that dies here leaves no record and perhaps half of the work.
 */
async function withoutTransaction(work: Work): Promise<Outcome> {
  const { sequelize, cancellation, module, direction, limits, author } = work;
  const execute = executeWith(sequelize);
  const { name, sha256 } = module.entry;
  const fenced = (body: () => Promise<void>): Promise<Outcome> =>
    sequelize.transaction({ logging: false }, async (): Promise<Outcome> => {
      await setLocalLimits(execute, limits);
      if (await isDone(execute, work)) return "already";
      await body();
      return "done";
    });
  const begun = await fenced(() =>
    writeHistory(execute, { name, direction, status: "started", sha256 }, author),
  );
  if (begun === "already") return "already";
  const invalidBefore = await invalidIndexes(execute);
  const started = performance.now();
  await runStep(sequelize, module, direction);
  const left = (await invalidIndexes(execute)).filter((index) => !invalidBefore.includes(index));
  if (left.length > 0) {
    throw new Error(`it left invalid indexes: ${left.join(", ")}; drop them with DROP INDEX CONCURRENTLY`);
  }
  return cancellation.spare(() => fenced(() => record(execute, work, performance.now() - started)));
}

async function runStep(sequelize: Sequelize, module: MigrationModule, direction: Direction): Promise<void> {
  const step = direction === "up" ? module.up : module.down;
  if (step === false) throw new Error("it has no way back");
  await step(sequelize.getQueryInterface(), Sequelize);
}

async function record(execute: Execute, work: Work, durationMs: number): Promise<void> {
  const { module, direction, author } = work;
  const { name, sha256 } = module.entry;
  await recordMigration(execute, direction, module.entry, module.fileName);
  await writeHistory(execute, { name, direction, status: "succeeded", sha256, durationMs }, author);
}

/** Whether somebody got there first: on record before an up, off record before a down. */
async function isDone(execute: Execute, { module, direction }: Work): Promise<boolean> {
  const recorded = await fence(execute, module.entry.name);
  return direction === "up" ? recorded : !recorded;
}

async function setLocalLimits(execute: Execute, limits: MigrationLimits): Promise<void> {
  await execute(`SET LOCAL lock_timeout = ${limits.lockTimeoutMs}`);
  await execute(`SET LOCAL statement_timeout = ${limits.statementTimeoutSeconds * 1000}`);
  await execute("SET LOCAL idle_in_transaction_session_timeout = '5min'");
}

async function invalidIndexes(execute: Execute): Promise<string[]> {
  const rows = await execute("SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid");
  return rows.map(({ name }) => String(name));
}
