import type { Artifact } from "../actions/artifacts.ts";
import { apiUrl, forkOf, type Identity } from "../identity.ts";
import { utc } from "./commit.ts";
import { nodeId } from "./user.ts";

export function artifactShape(
  identity: Identity,
  artifact: Artifact,
  { expired, fork }: { readonly expired: boolean; readonly fork: string | undefined },
) {
  const head = fork === undefined ? identity : forkOf(identity, fork);
  const url = apiUrl(identity, `/actions/artifacts/${artifact.id}`);
  return {
    id: artifact.id,
    node_id: nodeId("Artifact", artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.bytes,
    url,
    archive_download_url: `${url}/zip`,
    expired,
    digest: artifact.digest,
    created_at: utc(artifact.createdAt),
    expires_at: utc(artifact.expiresAt),
    updated_at: utc(artifact.createdAt),
    workflow_run: {
      id: artifact.runId,
      repository_id: identity.repositoryId,
      head_repository_id: head.repositoryId,
      head_branch: artifact.headBranch,
      head_sha: artifact.headSha,
    },
  };
}
