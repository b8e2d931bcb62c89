import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Git } from "./git.ts";

/**
 * Settings of the bare repository. All that a pusher's own configuration could change is set here, since git runs
 * the hooks of a local push with the pusher's configuration.
 */
const settings = (hooks: string): string => `[core]
	hooksPath = ${configValue(hooks)}
	logAllRefUpdates = true
[receive]
	shallowUpdate = true
	denyNonFastForwards = false
	denyDeletes = false
	denyCurrentBranch = ignore
	denyDeleteCurrent = refuse
	fsckObjects = false
	# Merge commits of pull requests are ours to write; GitHub refuses pushes there as well.
	hideRefs = refs/pull
	# A re-run needs commits that no ref names any more, and no process may start behind our back.
	autogc = false
[gc]
	auto = 0
[maintenance]
	auto = false
[uploadpack]
	allowAnySHA1InWant = true
`;

const settingsFile = "udagram.config";

/** Makes the bare repository and its hooks, or brings an existing one up to date. */
export async function prepareRepository(
  git: Git,
  options: { readonly defaultBranch: string; readonly connectionFile: string },
): Promise<void> {
  const { directory } = git;
  if (!existsSync(join(directory, "HEAD"))) {
    mkdirSync(directory, { recursive: true });
    const branch = `--initial-branch=${options.defaultBranch}`;
    await git.run(["init", "--quiet", "--bare", "--template=", "--object-format=sha1", branch, directory]);
  }
  await git.run(["symbolic-ref", "HEAD", `refs/heads/${options.defaultBranch}`]);
  const hooks = join(directory, "hooks");
  writeFileSync(join(directory, settingsFile), settings(hooks));
  const config = join(directory, "config");
  if (!readFileSync(config, "utf8").includes(settingsFile)) {
    appendFileSync(config, `[include]\n\tpath = ${settingsFile}\n`);
  }
  mkdirSync(hooks, { recursive: true });
  for (const name of ["pre-receive", "post-receive"]) {
    const file = join(hooks, name);
    writeFileSync(file, hookScript(name, options.connectionFile));
    chmodSync(file, 0o755);
  }
}

function configValue(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** What the hook sees of the pusher's environment: how to print, and whether to. */
const passed = ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "UDAGRAM_PUSH_QUIETLY"];

function hookScript(name: string, connectionFile: string): string {
  const program = fileURLToPath(new URL("../hooks/push-hook.mjs", import.meta.url));
  const keep = passed.map((variable) => `\${${variable}+"${variable}=$${variable}"}`).join(" ");
  return `#!/bin/sh
# Written by \`npm start\`; changes are lost.
node=${quoted(process.execPath)}
hook=${quoted(program)}
if [ ! -x "$node" ] || [ ! -f "$hook" ]; then
  echo "The local GitHub is not where it was. Start it, then push again: npm start" >&2
  exit 1
fi
exec env -i ${keep} "$node" "$hook" ${name} ${quoted(connectionFile)}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
