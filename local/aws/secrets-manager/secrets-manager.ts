import { type JsonRequest, jsonService } from "../json-protocol.ts";
import { AwsError, type AwsService } from "../service.ts";
import type { Secret, Secrets, SecretVersion } from "./secrets.ts";
import { parseVersionRequest, type VersionRequest } from "./version-request.ts";

/** AWS Secrets Manager: GetSecretValue. See SPEC.md. */
export function secretsManager(secrets: Secrets): AwsService {
  return jsonService({
    name: "secretsmanager",
    operations: {
      GetSecretValue: {
        target: ({ SecretId }) => (typeof SecretId === "string" ? SecretId : ""),
        run: (request) => getSecretValue(secrets, request),
      },
    },
  });
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
async function getSecretValue(secrets: Secrets, { input, access }: JsonRequest): Promise<object> {
  const asked = parseVersionRequest(input);
  const secret = secrets.find(asked.secretId);
  // Whoever may not read a secret is not told whether it exists: what it called the secret stands for the resource.
  access.authorize("secretsmanager:GetSecretValue", secret?.arn ?? asked.secretId, {
    "secretsmanager:SecretId": asked.secretId,
    "secretsmanager:VersionId": asked.versionId,
    // Absent unless it was asked for, although AWSCURRENT is what is answered: https://github.com/aws/aws-cli/issues/5031
    "secretsmanager:VersionStage": asked.stage,
  });
  if (secret === undefined) throw notFound("Secrets Manager can't find the specified secret.");
  if (secret.deleted) {
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  const version = findVersion(secret, asked);
  return {
    ARN: secret.arn,
    // Seconds since 1970, as JSON 1.1 writes times.
    CreatedDate: Date.parse(version.createdAt) / 1000,
    Name: secret.name,
    SecretString: version.value,
    VersionId: version.id,
    VersionStages: version.stages,
  };
}

/** AWSCURRENT unless something else is asked for. Id and staging label must mean the same version. */
function findVersion({ versions }: Secret, { versionId, stage }: VersionRequest): SecretVersion {
  if (versionId === undefined) {
    const label = stage ?? "AWSCURRENT";
    const version = versions.find(({ stages }) => stages.some((known) => known === label));
    if (version !== undefined) return version;
    throw notFound(`Secrets Manager can't find the specified secret value for staging label: ${label}`);
  }
  const version = versions.find(({ id }) => id === versionId);
  if (version === undefined) {
    throw notFound(`Secrets Manager can't find the specified secret value for VersionId: ${versionId}`);
  }
  if (stage !== undefined && !version.stages.some((known) => known === stage)) {
    throw invalidRequest("You provided a VersionStage that is not associated to the provided VersionId.");
  }
  return version;
}

function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", 400, message);
}

function invalidRequest(message: string): AwsError {
  return new AwsError("InvalidRequestException", 400, message);
}
