import { unzipSync } from "fflate";
import type { ActionContext } from "../kit/action.ts";
import { explain } from "../kit/errors.ts";

export interface EarlierResult {
  readonly artifactId: number;
  readonly runId: number;
  readonly commit: string;
  readonly downloadUrl: string;
}

interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly expired: boolean;
  readonly archive_download_url: string;
  readonly workflow_run: {
    readonly id: number;
    readonly repository_id: number;
    readonly head_repository_id: number;
    readonly head_branch: string;
    readonly head_sha: string;
  } | null;
}

/**
 * Looks for an unexpired artifact of that name, made by a run of the default branch of this very repository: what a fork or
 * an unmerged branch made proves nothing. Never throws: where GitHub does not answer, the work is simply done again.
 */
export async function findEarlierResult(
  name: string,
  token: string,
  context: Pick<ActionContext, "run" | "runner" | "signal">,
): Promise<EarlierResult | undefined> {
  if (token === "") return undefined;
  const { run, runner } = context;
  try {
    const address = `${run.apiUrl}/repos/${run.owner}/${run.repository}`;
    const query = `name=${encodeURIComponent(name)}&per_page=100`;
    const [answer, branch] = await Promise.all([
      getJson<{ artifacts: Artifact[] }>(`${address}/actions/artifacts?${query}`, token, context.signal),
      defaultBranch(address, token, context),
    ]);
    const found = answer.artifacts.find(
      ({ expired, workflow_run: origin, name: itsName }) =>
        !expired &&
        itsName === name &&
        origin !== null &&
        origin.head_branch === branch &&
        origin.head_repository_id === origin.repository_id,
    );
    return found?.workflow_run
      ? {
          artifactId: found.id,
          runId: found.workflow_run.id,
          commit: found.workflow_run.head_sha,
          downloadUrl: found.archive_download_url,
        }
      : undefined;
  } catch (error) {
    context.signal.throwIfAborted();
    runner.warning(`could not ask GitHub for an earlier result: ${explain(error)}. The work is done again.`);
    return undefined;
  }
}

/** The files of an artifact, by name. Throws a plain Error when it cannot be had. */
export async function downloadResult(
  result: EarlierResult,
  token: string,
  signal: AbortSignal,
): Promise<Record<string, Uint8Array>> {
  const response = await get(result.downloadUrl, token, signal);
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  const inside = Object.entries(files).filter(([name]) => !name.endsWith("/"));
  const outside = inside.find(([name]) => /^[/\\]|\\|^[a-z]:/i.test(name) || name.split("/").includes(".."));
  if (outside) throw new Error(`"${outside[0]}" in artifact ${result.artifactId} would leave its folder`);
  return Object.fromEntries(inside);
}

async function defaultBranch(
  address: string,
  token: string,
  { run, signal }: Pick<ActionContext, "run" | "signal">,
): Promise<string> {
  const repository = run.event.repository as { default_branch?: string } | undefined;
  if (repository?.default_branch) return repository.default_branch;
  return (await getJson<{ default_branch: string }>(address, token, signal)).default_branch;
}

async function getJson<T>(address: string, token: string, signal: AbortSignal): Promise<T> {
  return (await (await get(address, token, signal)).json()) as T;
}

async function get(address: string, token: string, signal: AbortSignal): Promise<Response> {
  // fetch drops the Authorization header when GitHub redirects to its file store, as it must: the store refuses it.
  const response = await fetch(address, {
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "user-agent": "udagram-pipeline",
      "x-github-api-version": "2022-11-28",
    },
    signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
  });
  if (response.ok) return response;
  const { pathname } = new URL(address);
  const remedy = response.status === 403 ? "; the job needs `permissions: actions: read`" : "";
  throw new Error(`GET ${pathname} answered ${response.status}${remedy}`);
}
