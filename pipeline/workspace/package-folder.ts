import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest folder above a path of the workspace that has a package.json of its own; "." where none has. */
export function packageFolder(workspace: string, path: string): string {
  const folder = dirname(path);
  return folder === "." || existsSync(join(workspace, folder, "package.json"))
    ? folder
    : packageFolder(workspace, folder);
}
