import {
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  type S3Client,
} from "@aws-sdk/client-s3";
import { explain } from "../../kit/errors.ts";
import { nameOf } from "../store/store-errors.ts";

/** What a bucket's lifecycle rules do to an object, in words, one for each that deletes it; what nobody could see says so. */
export type ExpiryRules = readonly string[] | { readonly unseen: string };

/** Asks which rules of its bucket would delete an object. */
export async function readExpiryRules(
  s3: S3Client,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  abortSignal: AbortSignal,
): Promise<ExpiryRules> {
  try {
    const command = new GetBucketLifecycleConfigurationCommand({ Bucket: bucket });
    const { Rules = [] } = await s3.send(command, { abortSignal });
    return expiringRules(Rules, key);
  } catch (error) {
    abortSignal.throwIfAborted();
    if (nameOf(error) === "NoSuchLifecycleConfiguration") return [];
    return { unseen: explain(error) };
  }
}

/**
 * The enabled rules that delete an object of that key, in words. One that asks for tags or a size may or may not mean it: it counts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export function expiringRules(rules: readonly LifecycleRule[], key: string): readonly string[] {
  return rules
    .filter(({ Status, Expiration }) => Status === "Enabled" && (Expiration?.Days || Expiration?.Date))
    .filter(({ Filter, Prefix }) => key.startsWith(Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? ""))
    .map(({ ID = "", Expiration }) => {
      const when = Expiration?.Days
        ? `after ${Expiration.Days} days`
        : `on ${Expiration?.Date?.toISOString().slice(0, 10)}`;
      return `rule "${ID}" deletes it ${when}`;
    });
}
