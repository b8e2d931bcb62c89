import { createRequire } from "node:module";
import { join } from "node:path";
import { ActionError } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";

/** The folder, where a Sequelize is installed for it; undefined where there is none. Throws where it is too new. */
export function libraryFolder(
  folder: string | undefined,
  { info }: Pick<Runner, "info">,
): string | undefined {
  if (folder === undefined) return undefined;
  const require = createRequire(join(folder, "package.json"));
  let version: string;
  try {
    version = (require("sequelize/package.json") as { version: string }).version;
  } catch {
    return undefined;
  }
  const major = Number.parseInt(version, 10);
  if (major < 5 || major > 6) {
    throw new ActionError("InvalidInputs", `the migrations have Sequelize "${version}"`, {
      hint: "give them Sequelize 5 or 6",
    });
  }
  info(`with Sequelize ${version} of the migrations' folder`);
  return folder;
}
