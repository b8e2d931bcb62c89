import { connectionTo } from "../../aws/connection.ts";
import { s3Client } from "../../aws/s3.ts";
import { transport } from "../../aws/transport.ts";
import { type Octokit, octokitFor } from "../../github/octokit.ts";
import type { ActionContext } from "../../kit/action.ts";
import type { Runner } from "../../kit/runner.ts";
import type { Environment } from "../store/environment.ts";
import type { EnvironmentInputs } from "./inputs.ts";

/** Keeps what is secret of the inputs out of the log. */
export function maskSecrets(
  given: Pick<EnvironmentInputs, "github-token" | "database-url">,
  runner: Pick<Runner, "mask">,
): void {
  for (const secret of [given["github-token"], given["database-url"]]) {
    if (secret !== "") runner.mask(secret);
  }
}

/** The environment with a client of its release store. */
export function openEnvironment(
  given: Pick<EnvironmentInputs, "environment" | "artifacts-bucket" | "aws-region" | "role-to-assume">,
  context: ActionContext,
  patience?: Parameters<typeof connectionTo>[3],
): Environment {
  const s3 = s3Client({ ...connectionTo("S3", given, context, patience), ...transport() });
  return { name: given.environment, store: { s3, bucket: given["artifacts-bucket"] } };
}

/** GitHub's REST API; undefined without a token. */
export async function openGitHub(token: string, context: ActionContext): Promise<Octokit | undefined> {
  return token === "" ? undefined : octokitFor(token, context);
}
