import { S3Client } from "@aws-sdk/client-s3";
import type { State } from "../../local/state.ts";
import type { Store } from "../../pipeline/releases/store/objects.ts";
import { callGitHub } from "./local-github.ts";

interface Variables {
  readonly variables: readonly { readonly name: string; readonly value: string }[];
}

/** The local release store, and the environment that pushes go to. Throws `NotRunning` while the stack is down. */
export async function localStore(
  state: State,
): Promise<{ readonly store: Store; readonly environment: string }> {
  const { variables } = await callGitHub<Variables>(state, "GET", "/actions/variables?per_page=30");
  const value = (name: string): string => variables.find((each) => each.name === name)?.value ?? "";
  const { endpoint, region, accessKeyId, secretAccessKey } = state.aws;
  const s3 = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
  return {
    store: { s3, bucket: value("ARTIFACTS_BUCKET") },
    environment: value("ENVIRONMENT") || "production",
  };
}
