import { packageFolder } from "../workspace/package-folder.ts";
import type { BuildInputs } from "./inputs.ts";

/**
 * The folders whose packages, those for development included, the build needs: those that it runs a command for, or bundles.
 * An API without a command of its own is not one of them, nor are migrations that are not bundled: what they have in production
 * is installed apart.
 */
export function foldersToInstall(inputs: BuildInputs, workspace: string): readonly string[] {
  const { "api-directory": folder, "api-command": apiCommand, "api-entry": entry } = inputs;
  const { "site-command": siteCommand, "site-directory": site, "migrations-directory": migrations } = inputs;
  const folders = [
    ...(apiCommand === "" ? [] : [folder]),
    ...(entry === "" ? [] : [packageFolder(workspace, entry)]),
    ...(siteCommand === "" ? [] : [packageFolder(workspace, site)]),
    ...(migrations === "" || entry === "" ? [] : [packageFolder(workspace, `${migrations}/any`)]),
  ];
  return [...new Set(folders)];
}
