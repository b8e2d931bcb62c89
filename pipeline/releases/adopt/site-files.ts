import picomatch from "picomatch";
import { siteKeyProblem } from "../../bundle/manifest-problems.ts";
import type { FoundFile } from "./found.ts";

/** What of a bucket is the site, and what lies beside it and stays where it is. */
export interface ChosenFiles {
  readonly taken: readonly FoundFile[];
  readonly left: readonly FoundFile[];
}

/** `leave` are globs of keys that are not the site's; nor are those that no folder could hold, such as `assets/`. */
export function chooseFiles(files: readonly FoundFile[], leave: readonly string[]): ChosenFiles {
  const isToLeave = leave.length === 0 ? () => false : picomatch([...leave], { dot: true });
  const isLeft = ({ key }: FoundFile): boolean => isToLeave(key) || siteKeyProblem(key) !== undefined;
  return { taken: files.filter((file) => !isLeft(file)), left: files.filter(isLeft) };
}
