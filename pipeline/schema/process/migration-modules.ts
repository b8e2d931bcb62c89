import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { QueryInterface, Sequelize } from "sequelize";
import { type MigrationExports, migrationExports } from "../../bundle/migration-exports.ts";
import type { Library } from "../database/library.ts";
import type { ModuleFacts, Order } from "./messages.ts";
import { type RelayedSequelize, relayedSequelize } from "./relayed-sequelize.ts";
import { thrownValue } from "./thrown-value.ts";

type Preparation = Extract<Order, { kind: "prepare" }>;
type Run = Extract<Order, { kind: "run" }>;
type Step = (queryInterface: QueryInterface, library: unknown) => unknown;

/** Migrations, imported from their own files, with the Sequelize that they are written for. */
export class MigrationModules {
  readonly facts: Readonly<Record<string, ModuleFacts>>;
  readonly #exports: ReadonlyMap<string, MigrationExports>;
  readonly #database: RelayedSequelize;

  private constructor(loaded: readonly (readonly [string, Loaded])[], database: RelayedSequelize) {
    this.facts = Object.fromEntries(loaded.map(([name, { facts }]) => [name, facts]));
    this.#exports = new Map(loaded.map(([name, { exports }]) => [name, exports]));
    this.#database = database;
  }

  static async load(order: Preparation, token: string): Promise<MigrationModules> {
    const library = await libraryFrom(order.libraryFrom);
    const database = relayedSequelize(library, order.database, token);
    const [loaded] = await Promise.all([
      Promise.all(order.migrations.map(async ({ name, file }) => [name, await load(file)] as const)),
      database.connect(),
    ]);
    return new MigrationModules(loaded, database);
  }

  /** Whether a step is written for a callback, which nothing calls. */
  wantsCallback({ name, direction }: Run): boolean {
    return (this.#stepOf(name, direction)?.length ?? 0) > 2;
  }

  /** Runs a step to its end, and everything that it began without waiting for it. */
  async run({ name, direction, isInTransaction }: Run): Promise<void> {
    const step = this.#stepOf(name, direction);
    if (step === undefined) throw new Error(`it has no ${direction}`);
    const sequelize: Sequelize = this.#database.sequelize;
    this.#database.nestTransactions(isInTransaction);
    await step(sequelize.getQueryInterface(), sequelize.Sequelize);
    await this.#database.quiet();
  }

  #stepOf(name: string, direction: "up" | "down"): Step | undefined {
    const { holder, ...exports } = this.#exports.get(name) ?? { holder: undefined };
    const step = (exports as Partial<MigrationExports>)[direction];
    if (typeof step !== "function") return undefined;
    const bound = step.bind(holder) as Step;
    return Object.defineProperty(bound, "length", { value: step.length });
  }
}

interface Loaded {
  readonly facts: ModuleFacts;
  readonly exports: MigrationExports;
}

async function load(file: string): Promise<Loaded> {
  const nothing = { hasDown: false, transaction: true };
  try {
    const namespace = (await import(pathToFileURL(file).href)) as { readonly source?: unknown };
    const exports = migrationExports(namespace);
    const { up, down, transaction } = exports;
    if (typeof up !== "function") {
      return { exports, facts: { ...nothing, problem: { reason: "it has no function up" } } };
    }
    const { source } = namespace;
    const facts = { hasDown: typeof down === "function", transaction: transaction !== false };
    return { exports, facts: typeof source === "string" ? { ...facts, source } : facts };
  } catch (error) {
    const problem = { reason: "it cannot be imported", error: thrownValue(error) };
    return { exports: { holder: undefined }, facts: { ...nothing, problem } };
  }
}

async function libraryFrom(folder: string | undefined): Promise<Library> {
  if (folder === undefined) return (await import("../database/library.ts")).ownLibrary;
  return createRequire(join(folder, "package.json"))("sequelize") as Library;
}
