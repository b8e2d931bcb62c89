import { foldersOfOthers } from "./folders-of-others.ts";
import type { BuildInputs } from "./inputs.ts";

type ApiInputs = Pick<BuildInputs, "directory" | "api-directory" | "site-directory">;

/** What only people read, at the top of a repository. */
const papers = ["*.md", "LICENSE*", ".editorconfig", ".gitattributes", ".vscode/**"];

/**
 * Git pathspecs of what an API of `api-directory` may be made from: all but the site's package, the workflows and, where the API has
 * a folder to itself, what only people read.
 */
export function apiPaths(inputs: ApiInputs, workspace: string): readonly string[] {
  const others = foldersOfOthers(inputs, workspace).map((other) => `:(exclude)${other}`);
  const outside = inputs["api-directory"] === "." ? [] : papers.map((paper) => `:(exclude,glob)${paper}`);
  return [".", ":(exclude).github", ...outside, ...others];
}
