import { apiUrl, type Identity, pageUrl } from "../identity.ts";
import type { Comment } from "../state/comments.ts";
import { utc } from "./commit.ts";
import { nodeId, userShape } from "./user.ts";

export function commentShape(identity: Identity, comment: Comment) {
  const url = apiUrl(identity, `/issues/comments/${comment.id}`);
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    url,
    html_url: pageUrl(identity, `/pull/${comment.issue}#issuecomment-${comment.id}`),
    issue_url: apiUrl(identity, `/issues/${comment.issue}`),
    body: comment.body,
    user: userShape(identity, comment.author),
    created_at: utc(comment.createdAt),
    updated_at: utc(comment.updatedAt),
    author_association: comment.author === identity.actor ? ("OWNER" as const) : ("NONE" as const),
    performed_via_github_app: null,
    reactions: reactions(`${url}/reactions`),
  };
}

function reactions(url: string) {
  return {
    url,
    total_count: 0,
    "+1": 0,
    "-1": 0,
    laugh: 0,
    hooray: 0,
    confused: 0,
    heart: 0,
    rocket: 0,
    eyes: 0,
  };
}
