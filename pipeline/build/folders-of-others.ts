import { packageFolder } from "../workspace/package-folder.ts";
import type { BuildInputs } from "./inputs.ts";

/** Folders of the workspace that are not the API's, should its folder hold them: the bundle, and the site with its package. */
export function foldersOfOthers(
  {
    directory,
    "api-directory": api,
    "site-directory": site,
  }: Pick<BuildInputs, "directory" | "api-directory" | "site-directory">,
  workspace: string,
): readonly string[] {
  if (site === "") return [directory];
  const sitePackage = packageFolder(workspace, site);
  return [directory, sitePackage === "." || sitePackage === api ? site : sitePackage];
}
