import type { NumberedEnvironment } from "../actions/settings.ts";
import { apiUrl, type Identity, pageUrl } from "../identity.ts";
import { utc } from "./commit.ts";
import { nodeId, userShape } from "./user.ts";

const addresses = (identity: Identity, name: string) => ({
  url: apiUrl(identity, `/environments/${encodeURIComponent(name)}`),
  html_url: pageUrl(identity, `/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`),
});

const reviewers = (identity: Identity, { values }: NumberedEnvironment) =>
  (values.reviewers ?? []).map((login) => ({ type: "User" as const, reviewer: userShape(identity, login) }));

export function environmentShape(identity: Identity, environment: NumberedEnvironment, created: string) {
  const { id, name } = environment;
  const users = reviewers(identity, environment);
  return {
    id,
    node_id: nodeId("Environment", id),
    name,
    ...addresses(identity, name),
    created_at: utc(created),
    updated_at: utc(created),
    protection_rules:
      users.length === 0
        ? []
        : [
            {
              id,
              node_id: nodeId("GateRule", id),
              type: "required_reviewers",
              prevent_self_review: false,
              reviewers: users,
            },
          ],
    deployment_branch_policy: null,
  };
}

/** An environment whose reviewers a run waits for. */
export function pendingDeploymentShape(identity: Identity, environment: NumberedEnvironment, since: string) {
  const { id, name } = environment;
  return {
    environment: { id, node_id: nodeId("Environment", id), name, ...addresses(identity, name) },
    wait_timer: 0,
    wait_timer_started_at: utc(since),
    current_user_can_approve: (environment.values.reviewers ?? []).includes(identity.actor),
    reviewers: reviewers(identity, environment),
  };
}
