import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { writeFileAtomically } from "../../files.ts";
import type { Machine } from "../runner-services.ts";

/**
 * Folder of the `npm` that steps find first. It is the machine's npm, except that `npm ci` links, as hard links, what was
 * installed before from the same lockfile: a second instead of a minute, and nothing at all for jobs that install nothing. What
 * is for another kind of machine is installed as ever.
 * The folder is empty, and so without effect, where the machine has no npm.
 */
export function npmFolder({
  workDirectory,
  environment,
}: Pick<Machine, "workDirectory" | "environment">): string {
  const folder = join(workDirectory, "bin");
  const npm = (environment.PATH ?? "")
    .split(delimiter)
    .map((entry) => join(entry, "npm"))
    .find((file) => existsSync(file));
  const shim = join(folder, "npm");
  if (npm !== undefined && !existsSync(shim)) {
    writeFileAtomically(shim, script(npm, join(workDirectory, "dependencies")), 0o755);
  }
  return folder;
}

/** The two files are copied, not linked: npm and the marker's writer change them in place. */
const script = (npm: string, dependencies: string): string => `#!/bin/sh
case " $* " in *" --cpu="* | *" --os="*) here=false ;; *) here=true ;; esac
if [ "$1" = ci ] && [ $here = true ] && [ -f package-lock.json ]; then
  digest=$(sha256sum package-lock.json | cut -d " " -f 1)
  kept="${dependencies}/$digest"
  if [ -d "$kept" ]; then
    find . -name node_modules -prune -exec rm -rf {} + && cp -dRl -- "$kept/." . || exit 1
    for file in .installed-lockfile .package-lock.json; do
      [ -f "$kept/node_modules/$file" ] || continue
      rm -f "node_modules/$file" && cp -- "$kept/node_modules/$file" "node_modules/$file" || exit 1
    done
    echo "linked the packages that were installed before from the same lockfile ($(printf %.12s "$digest"))"
    exit 0
  fi
fi
exec "${npm}" "$@"
`;
