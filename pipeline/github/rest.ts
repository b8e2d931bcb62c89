import type { ActionContext } from "../kit/action.ts";

/** GitHub's REST API of the run's repository, for reading; without Octokit, which takes as long to load as some builds take. */
export interface Rest {
  /** `path` is below the repository, with its query. Throws a plain Error that names it and the permission that may be missing. */
  json<T>(path: string): Promise<T>;
  text(path: string): Promise<string>;
  bytes(address: string): Promise<Uint8Array>;
}

export function restOf(token: string, { run, signal }: Pick<ActionContext, "run" | "signal">): Rest {
  const home = `${run.apiUrl}/repos/${run.owner}/${run.repository}`;
  const at = (path: string): Promise<Response> => get(`${home}${path}`, token, signal);
  return {
    json: async <T>(path: string) => (await (await at(path)).json()) as T,
    text: async (path) => (await at(path)).text(),
    bytes: async (address) => new Uint8Array(await (await get(address, token, signal)).arrayBuffer()),
  };
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
    signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
  });
  if (response.ok) return response;
  const { pathname } = new URL(address);
  const remedy =
    response.status === 403 ? "; the job needs `permissions: actions: read` and `contents: read`" : "";
  throw new Error(`GET ${pathname} answered ${response.status}${remedy}`);
}
