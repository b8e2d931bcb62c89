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
  const { branches, tags } = environment.values;
  const hasRules = branches !== undefined || tags !== undefined;
  return {
    id,
    node_id: nodeId("Environment", id),
    name,
    ...addresses(identity, name),
    created_at: utc(created),
    updated_at: utc(created),
    protection_rules: [
      ...(users.length === 0
        ? []
        : [
            {
              id,
              node_id: nodeId("GateRule", id),
              type: "required_reviewers" as const,
              prevent_self_review: false,
              reviewers: users,
            },
          ]),
      ...(hasRules ? [{ id, node_id: nodeId("GateRule", id), type: "branch_policy" as const }] : []),
    ],
    deployment_branch_policy: hasRules ? { protected_branches: false, custom_branch_policies: true } : null,
  };
}

/** The patterns of an environment's branches and tags, as its `deployment-branch-policies`. */
export function branchPolicies({ values }: NumberedEnvironment) {
  const { branches = [], tags = [] } = values;
  const patterns = [
    ...branches.map((name) => ({ name, type: "branch" as const })),
    ...tags.map((name) => ({ name, type: "tag" as const })),
  ];
  return patterns.map((pattern, index) => ({
    id: index + 1,
    node_id: nodeId("DeploymentBranchPolicy", index + 1),
    ...pattern,
  }));
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
