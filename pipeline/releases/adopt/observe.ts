import type { S3Client } from "@aws-sdk/client-s3";
import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import { type AddressSource, Login } from "../../schema/database/login.ts";
import { readListingPage } from "../../site/bucket/listing-page.ts";
import type { ApiTarget } from "../environment/targets.ts";
import { storeError } from "../store/store-errors.ts";
import type { Found, FoundFile, FoundRecords } from "./found.ts";

interface Places {
  readonly api: Pick<ApiTarget, "application" | "environment" | "connect">;
  /** "" where the step was not told. */
  readonly siteBucket: string;
  readonly database: AddressSource | undefined;
}

/** Reads what is live in an environment; changes nothing. */
export async function observe(
  { api, siteBucket, database }: Places,
  s3: S3Client,
  context: ActionContext,
): Promise<Found> {
  // Loaded where it is needed: most steps of a release never talk to Elastic Beanstalk.
  const { observeApi } = await import("./observe-api.ts");
  const [foundApi, files, records] = await Promise.all([
    api.environment === "" ? undefined : observeApi(api, s3, context),
    siteBucket === "" ? undefined : listFiles(s3, siteBucket, context.signal),
    readRecords(database, context),
  ]);
  return {
    ...(foundApi && { api: foundApi }),
    ...(files && { site: { bucket: siteBucket, files } }),
    records,
  };
}

/** Every object of a bucket. */
export async function listFiles(
  s3: S3Client,
  bucket: string,
  signal: AbortSignal,
): Promise<readonly FoundFile[]> {
  const files: FoundFile[] = [];
  let token: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await readListingPage(s3, { Bucket: bucket, ContinuationToken: token }).catch(
      (error: unknown) => {
        throw storeError(error, bucket, "list", "");
      },
    );
    files.push(...page.objects);
    token = page.next;
  } while (token !== undefined);
  return files;
}

async function readRecords(
  database: AddressSource | undefined,
  context: ActionContext,
): Promise<FoundRecords> {
  if (!database) return { unseen: "the database's address was not given", hasAddress: false };
  try {
    const { applicationName, connectClient } = await import("../../schema/database/connect.ts");
    const client = await connectClient(new Login(database, context), applicationName(context), context);
    try {
      const { rows } = await client.query<{ found: string | null }>(
        `SELECT to_regclass('"SequelizeMeta"')::text AS found`,
      );
      if (!rows[0]?.found) return { names: undefined };
      const records = await client.query<{ name: string }>(`SELECT name FROM "SequelizeMeta" ORDER BY name`);
      return { names: records.rows.map(({ name }) => name) };
    } finally {
      await client.end();
    }
  } catch (error) {
    context.signal.throwIfAborted();
    return { unseen: explain(error), hasAddress: true };
  }
}
