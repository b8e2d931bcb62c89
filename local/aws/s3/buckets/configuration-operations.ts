import { isPublic, parsePolicy } from "../../iam/policy.ts";
import { AwsError, type AwsResponse, readBody } from "../../service.ts";
import { type XmlContent, xmlDocument } from "../../xml.ts";
import { s3Namespace } from "../protocol/parameters.ts";
import { readTagSet, tagSet } from "../protocol/tags.ts";
import { parseXml, textOf, type XmlNode } from "../protocol/xml-input.ts";
import type { BucketCall, BucketHandler } from "../requests/call.ts";
import { parseCors } from "../requests/cors.ts";
import type { Bucket } from "../storage/bucket.ts";
import type { BucketConfiguration, PublicAccessBlock } from "../storage/bucket-configuration.ts";
import { parseWebsite } from "../website/website-configuration.ts";

type Part = Exclude<keyof BucketConfiguration, "versioning">;

const absent: Readonly<Record<Part, readonly [code: string, message: string]>> = {
  cors: ["NoSuchCORSConfiguration", "The CORS configuration does not exist"],
  website: ["NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"],
  policy: ["NoSuchBucketPolicy", "The bucket policy does not exist"],
  publicAccessBlock: [
    "NoSuchPublicAccessBlockConfiguration",
    "The public access block configuration was not found",
  ],
  tags: ["NoSuchTagSet", "The TagSet does not exist"],
};

export const getBucketCors: BucketHandler = async ({ bucket }) =>
  document("CORSConfiguration", required(bucket, "cors") as unknown as XmlContent);

export const putBucketCors: BucketHandler = (call) =>
  configure(call, "CORSConfiguration", (node) => ({ cors: parseCors(node) }));

export const deleteBucketCors: BucketHandler = (call) => remove(call, "cors");

export const getBucketWebsite: BucketHandler = async ({ bucket }) =>
  document("WebsiteConfiguration", required(bucket, "website") as unknown as XmlContent);

export const putBucketWebsite: BucketHandler = (call) =>
  configure(call, "WebsiteConfiguration", (node) => ({ website: parseWebsite(node) }));

export const deleteBucketWebsite: BucketHandler = (call) => remove(call, "website");

export const getPublicAccessBlock: BucketHandler = async ({ bucket }) =>
  document("PublicAccessBlockConfiguration", { ...required(bucket, "publicAccessBlock") });

export const putPublicAccessBlock: BucketHandler = (call) =>
  configure(call, "PublicAccessBlockConfiguration", (node) => {
    const flag = (name: keyof PublicAccessBlock): boolean =>
      textOf(node[name])?.trim().toLowerCase() === "true";
    return {
      publicAccessBlock: {
        BlockPublicAcls: flag("BlockPublicAcls"),
        IgnorePublicAcls: flag("IgnorePublicAcls"),
        BlockPublicPolicy: flag("BlockPublicPolicy"),
        RestrictPublicBuckets: flag("RestrictPublicBuckets"),
      },
    };
  });

export const deletePublicAccessBlock: BucketHandler = (call) => remove(call, "publicAccessBlock");

export const getBucketPolicy: BucketHandler = async ({ bucket }) => ({
  status: 200,
  headers: { "Content-Type": "application/json" },
  body: required(bucket, "policy"),
});

export const getBucketPolicyStatus: BucketHandler = async ({ bucket }) => {
  required(bucket, "policy");
  return document("PolicyStatus", { IsPublic: bucket.policy !== undefined && isPublic(bucket.policy) });
};

export const putBucketPolicy: BucketHandler = async ({ request, bucket }) => {
  const policy = (await readBody(request.body, 20 * 1024)).toString("utf8");
  setPolicy(bucket, policy);
  return { status: 204 };
};

export const deleteBucketPolicy: BucketHandler = (call) => remove(call, "policy");

export const getBucketTagging: BucketHandler = async ({ bucket }) =>
  document("Tagging", tagSet(required(bucket, "tags")));

export const putBucketTagging: BucketHandler = async (call) => {
  const response = await configure(call, "Tagging", (node) => ({ tags: readTagSet(node, 50) }));
  return { ...response, status: 204 };
};

export const deleteBucketTagging: BucketHandler = (call) => remove(call, "tags");

/** Ownership is always "bucket owner enforced": the account has full control, and ACLs cannot be set. */
export const getAcl: BucketHandler = async ({ request }) => {
  const owner = { ID: request.accountId };
  const grantee = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${request.accountId}</ID></Grantee>`;
  const grants = `<AccessControlList><Grant>${grantee}<Permission>FULL_CONTROL</Permission></Grant></AccessControlList>`;
  const body = xmlDocument("AccessControlPolicy", s3Namespace, { Owner: owner });
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: body.replace("</AccessControlPolicy>", `${grants}</AccessControlPolicy>`),
  };
};

export const putAcl: BucketHandler = async () => {
  throw new AwsError("AccessControlListNotSupported", 400, "The bucket does not allow ACLs");
};

/** Never set: objects do not expire here. */
export const getLifecycle: BucketHandler = async ({ bucket }) => {
  throw new AwsError("NoSuchLifecycleConfiguration", 404, "The lifecycle configuration does not exist", {
    BucketName: bucket.name,
  });
};

/** What every bucket has since January 2023. */
export const getEncryption: BucketHandler = async ({ bucket }) =>
  document("ServerSideEncryptionConfiguration", {
    Rule: {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: bucket.dialect.etags === "opaque" ? "aws:kms" : "AES256",
      },
      BucketKeyEnabled: false,
    },
  });

export const getOwnershipControls: BucketHandler = async () =>
  document("OwnershipControls", { Rule: { ObjectOwnership: "BucketOwnerEnforced" } });

export const getRequestPayment: BucketHandler = async () =>
  document("RequestPaymentConfiguration", { Payer: "BucketOwner" });

/** Checks and keeps a policy. Throws MalformedPolicy, or AccessDenied for a public one where these are blocked. */
export function setPolicy(bucket: Bucket, text: string): void {
  let isOpen: boolean;
  try {
    isOpen = isPublic(parsePolicy(JSON.parse(text)));
  } catch (error) {
    throw new AwsError("MalformedPolicy", 400, `Policy is not valid: ${(error as Error).message}`);
  }
  if (isOpen && bucket.configuration.publicAccessBlock?.BlockPublicPolicy) {
    throw new AwsError(
      "AccessDenied",
      403,
      `The bucket policy of "${bucket.name}" is public, which the BlockPublicPolicy setting of its public access block forbids`,
    );
  }
  bucket.configure({ policy: text });
}

function required<Name extends Part>(bucket: Bucket, part: Name): NonNullable<BucketConfiguration[Name]> {
  const value = bucket.configuration[part];
  if (value !== undefined) return value;
  const [code, message] = absent[part];
  throw new AwsError(code, 404, message, { BucketName: bucket.name });
}

async function configure(
  { request, bucket }: BucketCall,
  root: string,
  read: (node: Record<string, XmlNode | readonly XmlNode[]>) => Partial<BucketConfiguration>,
): Promise<AwsResponse> {
  const text = (await readBody(request.body, 256 * 1024)).toString("utf8");
  bucket.configure(read(parseXml(text, root)));
  return { status: 200 };
}

async function remove({ bucket }: BucketCall, part: Part): Promise<AwsResponse> {
  bucket.configure({ [part]: undefined });
  return { status: 204 };
}

function document(root: string, content: XmlContent): AwsResponse {
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: xmlDocument(root, s3Namespace, content),
  };
}
