import type { Rest } from "./rest.ts";

interface ListedCommit {
  readonly sha: string;
  readonly parents: readonly { readonly sha: string }[];
}

/** Further back nobody looks: what is so old is made again. */
const mostPages = 10;
const perPage = 100;

/**
 * True where the commit was once the end of the branch that now ends in `head`: first parents lead to it. What a merge brought
 * in beside them was reachable only afterwards, and may never have been reviewed as it stood.
 */
export async function isOnMainLine(commit: string, head: string, rest: Rest): Promise<boolean> {
  const firstParents = new Map<string, string | undefined>();
  let at: string | undefined = head;
  for (let page = 1; page <= mostPages; page++) {
    if (at === commit) return true;
    const listed = await rest.json<readonly ListedCommit[]>(
      `/commits?sha=${head}&per_page=${perPage}&page=${page}`,
    );
    for (const { sha, parents } of listed) firstParents.set(sha, parents[0]?.sha);
    while (at !== undefined && at !== commit && firstParents.has(at)) at = firstParents.get(at);
    if (at === undefined || listed.length < perPage) break;
  }
  return at === commit;
}
