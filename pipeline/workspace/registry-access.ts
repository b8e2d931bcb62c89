// The token of a package registry, for the package managers of one step alone.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { trackedFiles } from "./git-tree.ts";

const publicRegistry = "https://registry.npmjs.org/";

/**
 * Runs `body` with an environment in which package managers find the token: for every registry that the repository's .npmrc
 * files name, and as NPM_TOKEN and NODE_AUTH_TOKEN, which those files may refer to. The file that holds it is gone afterwards.
 * Without a token the environment is empty.
 */
export async function withRegistryToken<T>(
  token: string,
  context: Pick<ActionContext, "run" | "runner" | "env">,
  body: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (token === "") return body({});
  const { run, runner, env } = context;
  runner.mask(token);
  const file = join(run.temp, `npmrc-${run.runId}-${process.pid}`);
  const lines = (await registries(run.workspace)).map((registry) => `//${registry}/:_authToken=${token}`);
  const user = await readFile(env.NPM_CONFIG_USERCONFIG ?? join(env.HOME ?? "", ".npmrc"), "utf8").catch(
    () => "",
  );
  try {
    await mkdir(run.temp, { recursive: true });
    await writeFile(file, `${user}\n${lines.join("\n")}\n`, { mode: 0o600 });
    return await body({
      NPM_CONFIG_USERCONFIG: file,
      NPM_TOKEN: token,
      NODE_AUTH_TOKEN: token,
      YARN_NPM_AUTH_TOKEN: token,
    });
  } finally {
    await rm(file, { force: true });
  }
}

/** Host and path of each, without slash at the end. */
async function registries(workspace: string): Promise<readonly string[]> {
  const files = await trackedFiles(workspace, ":(glob)**/.npmrc");
  const texts = await Promise.all(
    files.map((path) => readFile(join(workspace, path), "utf8").catch(() => "")),
  );
  const named = texts.flatMap((text) =>
    [...text.matchAll(/^\s*(?:@[^:\s]+:)?registry\s*=\s*"?(https?:\/\/[^\s"]+)/gm)].map(
      ([, url = ""]) => url,
    ),
  );
  const all = [publicRegistry, ...named].map((url) => url.replace(/^https?:\/\//, "").replace(/\/+$/, ""));
  return [...new Set(all)];
}
