// https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
import { readBody } from "../../service.ts";
import { xmlDocument } from "../../xml.ts";
import { malformedXml, notImplemented } from "../protocol/errors.ts";
import { s3Namespace } from "../protocol/parameters.ts";
import { parseXml, textOf } from "../protocol/xml-input.ts";
import type { BucketHandler } from "../requests/call.ts";

/** An empty document where it was never switched on. */
export const getBucketVersioning: BucketHandler = async ({ bucket }) => {
  const { versioning } = bucket.configuration;
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: xmlDocument(
      "VersioningConfiguration",
      s3Namespace,
      versioning === undefined ? "" : { Status: versioning },
    ),
  };
};

export const putBucketVersioning: BucketHandler = async ({ request, bucket }) => {
  const text = (await readBody(request.body, 64 * 1024)).toString("utf8");
  const document = parseXml(text, "VersioningConfiguration");
  if (textOf(document.MfaDelete) === "Enabled") throw notImplemented("deleting with MFA");
  const status = textOf(document.Status);
  if (status !== "Enabled" && status !== "Suspended") throw malformedXml();
  bucket.configure({ versioning: status });
  return { status: 200 };
};
