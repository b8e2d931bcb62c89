import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import type { Store } from "./objects.ts";
import { storeError, withRetries } from "./store-errors.ts";

interface ListedObject {
  readonly key: string;
  /** By S3's own clock, in whole seconds. */
  readonly modified: Date;
}

/** The objects whose key begins with `prefix`, in the order of their keys; a request per 1000. */
export async function listObjects(
  store: Store,
  prefix: string,
  { after = "", before }: { readonly after?: string; readonly before?: string } = {},
): Promise<readonly ListedObject[]> {
  const objects: ListedObject[] = [];
  for await (const { Contents = [] } of pages(store, { Prefix: prefix, StartAfter: after || undefined })) {
    for (const { Key = "", LastModified = new Date(0) } of Contents) {
      if (before !== undefined && Key >= before) return objects;
      objects.push({ key: Key, modified: LastModified });
    }
  }
  return objects;
}

/** The names right below `prefix`, up to their next "/", in order; a request per 1000 names. */
export async function listFolders(store: Store, prefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const page of pages(store, { Prefix: prefix, Delimiter: "/" })) {
    for (const { Prefix = "" } of page.CommonPrefixes ?? []) names.push(Prefix.slice(prefix.length, -1));
  }
  return names;
}

async function* pages(
  { s3, bucket }: Store,
  request: { readonly Prefix: string; readonly Delimiter?: string; readonly StartAfter?: string | undefined },
): AsyncGenerator<ListObjectsV2CommandOutput> {
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket: bucket, ...request, ContinuationToken: token });
    const page: ListObjectsV2CommandOutput = await withRetries(() => s3.send(command)).catch(
      (error: unknown) => {
        throw storeError(error, bucket, "list", request.Prefix);
      },
    );
    yield page;
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
