import { type Manifest, releaseId } from "../bundle/manifest.ts";
import type { Commit } from "../workspace/git-tree.ts";

/** The fields of a manifest that the commit alone decides. */
export function releaseIdentity({
  sha,
  committedAt,
}: Commit): Pick<Manifest, "id" | "commit" | "committedAt"> {
  return { id: releaseId(sha, committedAt), commit: sha, committedAt: committedAt.toISOString() };
}
