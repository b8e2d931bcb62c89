import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Git } from "./git.ts";

/**
 * Settings of the bare repository. All that a pusher's own configuration could change is set here, since git runs
 * the hooks of a local push with the pusher's configuration.
 */
const settings: readonly (readonly [string, string])[] = [
  ["core.bare", "true"],
  ["core.logAllRefUpdates", "true"],
  ["receive.shallowUpdate", "true"],
  ["receive.denyNonFastForwards", "false"],
  ["receive.denyDeletes", "false"],
  ["receive.denyCurrentBranch", "ignore"],
  ["receive.denyDeleteCurrent", "refuse"],
  ["receive.fsckObjects", "false"],
  ["receive.procReceiveRefs", ""],
  // Merge commits of pull requests are ours to write; GitHub refuses pushes there as well.
  ["receive.hideRefs", "refs/pull"],
  // A re-run needs commits that no ref names any more, and no process may start behind our back.
  ["receive.autogc", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["uploadpack.allowAnySHA1InWant", "true"],
];

/** Makes the bare repository and its hooks, or brings an existing one up to date. */
export async function prepareRepository(
  git: Git,
  options: { readonly defaultBranch: string; readonly connectionFile: string },
): Promise<void> {
  if (!existsSync(join(git.directory, "HEAD"))) {
    mkdirSync(git.directory, { recursive: true });
    await git.run([
      "init",
      "--quiet",
      "--bare",
      "--template=",
      "--object-format=sha1",
      `--initial-branch=${options.defaultBranch}`,
      git.directory,
    ]);
  }
  const hooks = join(git.directory, "hooks");
  for (const [name, value] of [...settings, ["core.hooksPath", hooks] as const]) {
    if (value === "") await git.attempt(["config", "--unset-all", name]);
    else await git.run(["config", name, value]);
  }
  mkdirSync(hooks, { recursive: true });
  for (const name of ["pre-receive", "post-receive"]) {
    const file = join(hooks, name);
    writeFileSync(file, hookScript(name, options.connectionFile));
    chmodSync(file, 0o755);
  }
}

/** What the hook sees of the pusher's environment: how to print, and whether to. */
const passed = ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "UDAGRAM_PUSH_QUIETLY"];

function hookScript(name: string, connectionFile: string): string {
  const program = fileURLToPath(new URL(`../hooks/${name}.ts`, import.meta.url));
  const keep = passed.map((variable) => `\${${variable}+"${variable}=$${variable}"}`).join(" ");
  return `#!/bin/sh
# Written by \`npm start\`; changes are lost.
node=${quoted(process.execPath)}
hook=${quoted(program)}
if [ ! -x "$node" ] || [ ! -f "$hook" ]; then
  echo "The local GitHub is not where it was. Start it, then push again: npm start" >&2
  exit 1
fi
exec env -i ${keep} "$node" --disable-warning=ExperimentalWarning "$hook" ${quoted(connectionFile)}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
