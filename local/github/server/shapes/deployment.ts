import { apiUrl, type Identity } from "../identity.ts";
import type { Deployment, DeploymentStatus } from "../state/deployments.ts";
import { utc } from "./commit.ts";
import { nodeId, userShape } from "./user.ts";

export function deploymentShape(identity: Identity, deployment: Deployment) {
  const url = apiUrl(identity, `/deployments/${deployment.id}`);
  return {
    url,
    id: deployment.id,
    node_id: nodeId("Deployment", deployment.id),
    task: deployment.task,
    original_environment: deployment.originalEnvironment,
    environment: deployment.environment,
    description: deployment.description,
    created_at: utc(deployment.createdAt),
    updated_at: utc(deployment.updatedAt),
    statuses_url: `${url}/statuses`,
    repository_url: apiUrl(identity),
    creator: userShape(identity, deployment.creator),
    sha: deployment.sha,
    ref: deployment.ref,
    payload: deployment.payload as string | Record<string, unknown>,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: null,
  };
}

export function deploymentStatusShape(identity: Identity, deployment: number, status: DeploymentStatus) {
  const url = apiUrl(identity, `/deployments/${deployment}`);
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DeploymentStatus", status.id),
    state: status.state,
    creator: userShape(identity, status.creator),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    log_url: status.logUrl,
    environment_url: status.environmentUrl,
    created_at: utc(status.createdAt),
    updated_at: utc(status.createdAt),
    deployment_url: url,
    repository_url: apiUrl(identity),
    performed_via_github_app: null,
  };
}
