import type { AwsServer } from "./aws/server.ts";
import { names } from "./provision.ts";

/** The three buckets: releases (private), the site (public to read), photos (private, uploads from the site's origin). */
export function provisionBuckets(aws: AwsServer, siteOrigin: string): void {
  aws.provisionBucket({ name: names.artifacts });
  aws.provisionBucket({
    name: names.site,
    publicAccessBlock: null,
    policy: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${names.site}/*` },
      ],
    },
    website: { IndexDocument: { Suffix: "index.html" }, ErrorDocument: { Key: "index.html" } },
  });
  aws.provisionBucket({
    name: names.media,
    cors: {
      CORSRule: [
        {
          AllowedOrigin: [siteOrigin],
          AllowedMethod: ["GET", "PUT"],
          AllowedHeader: ["*"],
          MaxAgeSeconds: 3600,
        },
      ],
    },
  });
}
