import { ActionError } from "../kit/errors.ts";

/** What a call failed with because the AWS SDK found no credentials; undefined when it failed otherwise. */
export function missingCredentials(error: unknown): ActionError | undefined {
  if (!(error instanceof Error) || error.name !== "CredentialsProviderError") return undefined;
  return new ActionError("CredentialsMissing", "this step has no AWS credentials", {
    hint: "give the input `role-to-assume` (here the variable AWS_ROLE_ARN) and check that it is set, or configure credentials before this step",
    details: { reason: error.message },
    cause: error,
  });
}
