import { ActionError } from "../kit/errors.ts";
import { lines } from "../kit/inputs.ts";
import { committedText } from "./git-tree.ts";

/**
 * The git pathspecs that a step was given: those of the input `paths`, and those in the file that `paths-file` names, as the
 * commit has it; where neither says anything, every file. Throws `InvalidInputs` where the commit has no such file, or there
 * is none in it.
 */
export async function givenPathspecs(
  workspace: string,
  { paths, "paths-file": file }: { readonly paths: readonly string[]; readonly "paths-file": string },
): Promise<readonly string[]> {
  if (file === "") return paths.length === 0 ? ["."] : paths;
  const text = await committedText(workspace, file);
  const found = lines(text ?? "");
  if (found.length > 0) return [...paths, ...found];
  const what = text === undefined ? "names no file of the commit" : "names a file without any path";
  throw new ActionError("InvalidInputs", `input "paths-file" ${what}: "${file}"`, {
    hint: "commit a file with git pathspecs, one per line, relative to the repository's root",
  });
}
