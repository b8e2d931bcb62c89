import type { BucketOwner } from "../aws/server.ts";
import type { EnvironmentNames } from "./names.ts";

/** The release store, which all environments share: private, and create-only where the one of `infrastructure/environment.yml` is. */
export function provisionStore(
  aws: Pick<BucketOwner, "provisionBucket">,
  { artifacts }: EnvironmentNames,
): void {
  const objects = ["releases/*", "blobs/*", "environments/*/ledger/*"];
  aws.provisionBucket({
    name: artifacts,
    policy: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "CreateOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:PutObject",
          Resource: objects.map((key) => `arn:aws:s3:::${artifacts}/${key}`),
          Condition: { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
        },
      ],
    },
  });
}

/** An environment's own buckets: the site (public to read), photos (private, uploads from the origins that the site has). */
export function provisionBuckets(
  aws: BucketOwner,
  { site, media }: EnvironmentNames,
  origins: readonly string[],
): void {
  aws.provisionBucket({
    name: site,
    publicAccessBlock: null,
    policy: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${site}/*` },
      ],
    },
    website: { IndexDocument: { Suffix: "index.html" }, ErrorDocument: { Key: "index.html" } },
  });
  aws.provisionBucket({
    name: media,
    cors: {
      CORSRule: [
        {
          AllowedOrigin: origins,
          AllowedMethod: ["GET", "PUT"],
          AllowedHeader: ["*"],
          MaxAgeSeconds: 3600,
        },
      ],
    },
  });
}
