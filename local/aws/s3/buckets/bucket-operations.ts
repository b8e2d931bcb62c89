import { AwsError, readBody } from "../../service.ts";
import { xmlDocument } from "../../xml.ts";
import { integerParameter, s3Namespace } from "../protocol/parameters.ts";
import { parseXml, textOf } from "../protocol/xml-input.ts";
import type { BucketHandler, ServiceHandler } from "../requests/call.ts";

export const listBuckets: ServiceHandler = async ({ store, request }) => {
  const prefix = request.query.get("prefix") ?? "";
  const limit = integerParameter(request.query, "max-buckets", 10_000, 1, 10_000);
  const after = request.query.get("continuation-token") ?? "";
  const matching = store.list().filter(({ name }) => name.startsWith(prefix) && name > after);
  const page = matching.slice(0, limit);
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: xmlDocument("ListAllMyBucketsResult", s3Namespace, {
      Owner: { ID: request.accountId },
      Buckets: {
        Bucket: page.map((bucket) => ({
          Name: bucket.name,
          CreationDate: bucket.createdAt,
          BucketRegion: request.region,
        })),
      },
      ContinuationToken: matching.length > page.length ? page.at(-1)?.name : undefined,
      Prefix: prefix === "" ? undefined : prefix,
    }),
  };
};

export const createBucket: ServiceHandler = async ({ store, request, address, now }) => {
  const body = (await readBody(request.body, 64 * 1024)).toString("utf8");
  const document = body === "" ? {} : parseXml(body, "CreateBucketConfiguration");
  checkLocation(textOf(document.LocationConstraint), request.region);
  if (store.find(address.bucket) === undefined) {
    store.create(address.bucket, now);
  } else if (request.region !== "us-east-1") {
    // In us-east-1 creating one's own bucket again succeeds, for old times' sake.
    throw new AwsError(
      "BucketAlreadyOwnedByYou",
      409,
      "Your previous request to create the named bucket succeeded and you already own it.",
      { BucketName: address.bucket },
    );
  }
  return { status: 200, headers: { Location: `/${address.bucket}` } };
};

export const headBucket: BucketHandler = async ({ request }) => ({
  status: 200,
  headers: {
    "Content-Type": "application/xml",
    "x-amz-bucket-region": request.region,
    "x-amz-access-point-alias": "false",
  },
});

export const deleteBucket: BucketHandler = async ({ store, bucket }) => {
  store.delete(bucket);
  return { status: 204 };
};

/** us-east-1 is the empty location, as it was before there were others. */
export const getBucketLocation: BucketHandler = async ({ request }) => ({
  status: 200,
  headers: { "Content-Type": "application/xml" },
  body: xmlDocument("LocationConstraint", s3Namespace, request.region === "us-east-1" ? "" : request.region),
});

function checkLocation(location: string | undefined, region: string): void {
  if (location === undefined || location === "") {
    if (region === "us-east-1") return;
    throw new AwsError(
      "IllegalLocationConstraintException",
      400,
      "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.",
    );
  }
  if (location === "us-east-1") {
    throw new AwsError("InvalidLocationConstraint", 400, "The specified location-constraint is not valid", {
      LocationConstraint: location,
    });
  }
  if (location !== region) {
    throw new AwsError(
      "IllegalLocationConstraintException",
      400,
      `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
}
