import type { Rest } from "./rest.ts";

interface ListedCommit {
  readonly sha: string;
  readonly parents: readonly { readonly sha: string }[];
}

/** Further back nobody looks: what is so old is made again. */
const mostPages = 10;
const perPage = 100;

/**
 * True where the commit was once the end of the default branch: first parents lead to it from where that ends now. What a merge
 * brought in beside them was reachable only afterwards, and may never have been reviewed as it stood. The branch is not named:
 * a tag may have its name, and it may have had another one when the run began.
 */
export async function isOnMainLine(commit: string, rest: Rest): Promise<boolean> {
  const firstParents = new Map<string, string | undefined>();
  const list = (page: number, from: string): Promise<readonly ListedCommit[]> =>
    rest.json(`/commits?per_page=${perPage}&page=${page}${from}`);
  let listed = await list(1, "");
  const head = listed[0]?.sha;
  let at = head;
  for (let page = 2; ; page++) {
    for (const { sha, parents } of listed) firstParents.set(sha, parents[0]?.sha);
    while (at !== undefined && at !== commit && firstParents.has(at)) at = firstParents.get(at);
    if (at === commit) return true;
    if (at === undefined || listed.length < perPage || page > mostPages) return false;
    // From the same commit, wherever the branch ends by now.
    listed = await list(page, `&sha=${head}`);
  }
}
