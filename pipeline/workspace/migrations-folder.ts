import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";
import { refuseOtherRecord, usualConfigs } from "./record-table.ts";

/**
 * The folder that holds the migrations: the one that is given, or where it has a `.sequelizerc`, what that says, as sequelize-cli
 * reads it. Throws `InvalidInputs`.
 */
export async function locateMigrations(given: string, context: ActionContext): Promise<string> {
  const { workspace } = context.run;
  const folder = resolve(workspace, given);
  const file = join(folder, ".sequelizerc");
  if (!existsSync(file)) {
    refuseAppFolder(given, folder);
    await refuseOtherRecord(workspace, usualConfigs(dirname(folder)));
    return folder;
  }
  const lines: string[] = [];
  const code = await runCommand(
    {
      command: process.execPath,
      args: ["--eval", printSettings, file],
      cwd: folder,
      onLine: (line) => lines.push(line),
    },
    context,
  );
  if (code !== 0) {
    throw new ActionError("InvalidInputs", `"${file}" cannot be read: ${lines.join(" ").slice(0, 500)}`, {
      hint: "correct it until `npx sequelize-cli db:migrate:status` runs, or give the folder of the migrations itself",
    });
  }
  const { default: inner, ...outer } = JSON.parse(
    lines.findLast((line) => line.startsWith("{")) ?? "{}",
  ) as Record<string, unknown>;
  const settings = { ...outer, ...(inner as object | undefined) } as Record<string, unknown>;
  const path = settings["migrations-path"] ?? settings.migrationsPath ?? "migrations";
  const config =
    settings.config === undefined ? usualConfigs(folder) : [resolve(folder, String(settings.config))];
  await refuseOtherRecord(workspace, config);
  return resolve(folder, String(path));
}

/** An app's own folder is taken for that of its migrations: its program would be imported as one. */
function refuseAppFolder(given: string, folder: string): void {
  if (!existsSync(join(folder, "package.json")) || !existsSync(join(folder, "migrations"))) return;
  throw new ActionError("InvalidInputs", `"${given}" is the app's folder, and not that of its migrations`, {
    hint: `give \`migrations-directory\`: ${join(given, "migrations")}, or add a .sequelizerc that says where they are`,
  });
}

/**
 * A program of a process of its own, since the file is one too. A package that it requires and that is not installed, as dotenv or
 * @babel/register, is something that does nothing: where the migrations are does not depend on it.
 */
const printSettings = `
const Module = require("node:module");
const load = Module._load;
const absent = new Proxy(function () {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "" : name === "toJSON" ? undefined : absent),
  apply: () => absent,
  construct: () => absent,
});
Module._load = function (...args) {
  try {
    return load.apply(this, args);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND" || /^[./]/.test(args[0])) throw error;
    return absent;
  }
};
console.log("\\n" + JSON.stringify(require(process.argv[1])));`;

export interface MigrationFile {
  /** In its folder. */
  readonly file: string;
  /** As databases have it on record. */
  readonly name: string;
}

/**
 * The files in a folder that sequelize-cli takes for migrations, and those in `.mjs` and `.mts`, which it overlooks; in the order of
 * their names. Where `recordedExtension` is not empty, databases have them on record with that ending. Throws `InvalidInputs` for a
 * folder that cannot be read, and `MigrationMisnamed` where two migrations could be taken for each other.
 */
export async function listMigrations(
  folder: string,
  recordedExtension: string,
): Promise<readonly MigrationFile[]> {
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw new ActionError("InvalidInputs", `the migrations' folder "${folder}" cannot be read`, {
      hint: "give the folder of the migrations, or of their .sequelizerc, as input `migrations-directory`",
      cause,
    });
  });
  const files = entries
    .filter((file) => /\.[cm]?[jt]s$/.test(file) && !/\.(test|d)\.[cm]?[jt]s$/.test(file))
    .filter((file) => !/^index\.\w+$/.test(file) && !file.startsWith("."))
    .sort();
  const alike = alikeNames(files);
  if (alike.length > 0) {
    throw new ActionError(
      "MigrationMisnamed",
      `migrations that could be taken for each other: ${alike.join("; ")}`,
      {
        hint: "remove one of each; if both are meant, give one another name, as long as no database has it on record",
      },
    );
  }
  return files.map((file) => ({
    file,
    name: recordedExtension === "" ? file : file.replace(/\w+$/, recordedExtension),
  }));
}

/** Names that only their ending or their case tells apart. */
function alikeNames(files: readonly string[]): string[] {
  const groups = Map.groupBy(files, (file) => file.replace(/\.[cm]?[jt]s$/, "").toLowerCase());
  return [...groups.values()].filter((group) => group.length > 1).map((group) => group.join(", "));
}

/** Groups of migrations with the same number, whose order only the rest of their names decides: what to warn of. */
export function equalNumbers(files: readonly string[]): string[] {
  const groups = Map.groupBy(files, (file) => /^\d+(T\d+Z)?/.exec(file)?.[0] ?? file);
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map(
      (group) =>
        `migrations with one number run in the order of the rest of their names: ${group.join(", ")}; give one that no database has on record another number if that is not meant`,
    );
}
