// The API of an earlier run, for a push that leaves it alone: only `api-directory` has so much to do for it.
import { copyFile, link, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { apiFile, type MigrationEntry } from "../bundle/manifest.ts";
import { takeEarlierResult } from "../github/earlier-result.ts";
import type { ActionContext } from "../kit/action.ts";
import { explain } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import { resultName, reuseKey } from "../workspace/reuse-key.ts";
import { apiPaths } from "./api-paths.ts";
import type { BuiltApi } from "./built-api.ts";
import type { BuildInputs } from "./inputs.ts";

const description = "api.json";

/** An API, and its migrations where they run out of it. */
export interface EarlierApi {
  readonly api: BuiltApi;
  readonly migrations?: readonly MigrationEntry[];
}

/** The name under which the API is looked for, and offered to later runs; "" where it is not built from a folder. */
export async function apiResultName(inputs: BuildInputs, context: ActionContext): Promise<string> {
  if (inputs["api-directory"] === "") return "";
  const { "api-directory": folder, "api-command": command, "api-path": path } = inputs;
  const { "api-architecture": architecture, "node-version": node, "build-env": env } = inputs;
  const {
    "migrations-directory": migrations,
    "recorded-extension": recorded,
    "migration-env": read,
    "postgres-version": postgres,
  } = inputs;
  const key = await reuseKey(context.run.workspace, {
    paths: apiPaths(inputs, context.run.workspace),
    settings: { folder, command, path, architecture, node, env, migrations, recorded, read, postgres },
    maker: import.meta.url,
  });
  return resultName("api", key, context.run);
}

/** Makes `archive` the API that an earlier run left under this name. undefined where there is none that is whole. */
export async function takeEarlierApi(
  name: string,
  archive: string,
  given: Pick<BuildInputs, "job" | "github-token">,
  context: Pick<ActionContext, "run" | "runner" | "signal">,
): Promise<EarlierApi | undefined> {
  if (name === "") return undefined;
  const wanted = { name, job: given.job || context.run.job, document: description };
  const result = await takeEarlierResult(wanted, given["github-token"], context);
  if (result === undefined) return undefined;
  try {
    const { [apiFile]: content, [description]: text } = result.files;
    const built = JSON.parse(Buffer.from(text ?? "").toString("utf8")) as EarlierApi;
    const { api } = built;
    if (content === undefined || sha256(content) !== api.sha256) throw new Error(`${apiFile} was changed`);
    await writeFile(archive, content);
    context.runner.info(`api ${api.version}: taken from run ${result.runId}, which built the same files`);
    return built;
  } catch (error) {
    context.signal.throwIfAborted();
    const what = `the API of run ${result.runId} cannot be used: ${explain(error)}`;
    context.runner.warning(`${what}. Building it again.`);
    return undefined;
  }
}

/** Describes an API beside its archive, for `takeEarlierApi`, and says that it made it. Returns the folder of both. */
export async function offerApi(
  name: string,
  archive: string,
  built: EarlierApi,
  { run, runner }: Pick<ActionContext, "run" | "runner">,
): Promise<string> {
  const folder = join(run.temp, "built-api");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const text = `${JSON.stringify(built, null, 2)}\n`;
  await writeFile(join(folder, description), text);
  runner.claim(name, sha256(text));
  // A second name for the same bytes; where the disks differ, a copy.
  await link(archive, join(folder, apiFile)).catch(() => copyFile(archive, join(folder, apiFile)));
  return folder;
}
