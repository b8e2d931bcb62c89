// Where sequelize-cli would keep the record of migrations. This pipeline keeps it in "SequelizeMeta", and nowhere else.
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ActionError } from "../kit/errors.ts";

const setting = /\bmigrationStorage(TableName|TableSchema)?["'`]?\s*:\s*["'`]([^"'`]+)["'`]/g;
/** What means the same as no setting at all. */
const usual: Readonly<Record<string, string>> = { TableName: "SequelizeMeta", "": "sequelize" };

/**
 * Reads the configuration of sequelize-cli, a path that `.sequelizerc` says or where the tool looks by itself. Throws `InvalidInputs`
 * where it names another table for the record, another schema, or a file: the pipeline would run every migration again.
 */
export async function refuseOtherRecord(workspace: string, configs: readonly string[]): Promise<void> {
  for (const config of configs) {
    const text = await readFile(config, "utf8").catch(() => "");
    const other = [...text.matchAll(setting)].find(([, what = "", value]) => usual[what] !== value);
    if (other === undefined) continue;
    const shown = relative(workspace, config);
    throw new ActionError(
      "InvalidInputs",
      `"${shown}" keeps the record of migrations elsewhere: ${other[0]}`,
      {
        hint: 'move what is on record into the table "SequelizeMeta" of the schema that is searched first, and take the setting out',
      },
    );
  }
}

/** Where sequelize-cli looks for its configuration in a folder. */
export function usualConfigs(folder: string): readonly string[] {
  return ["json", "js", "cjs", "ts"].map((ending) => join(folder, "config", `config.${ending}`));
}
