import { awsInputs } from "../aws/connection.ts";
import {
  cacheRules,
  dispositionRules,
  encodingRules,
  metadataRules,
  typeRules,
} from "../bundle/header-rules.ts";
import { precompressions } from "../bundle/precompressed.ts";
import { redirects } from "../bundle/redirects.ts";
import {
  boolean,
  type Inputs,
  integer,
  lines,
  oneOf,
  optionalText,
  type Parser,
  text,
} from "../kit/inputs.ts";
import { maxDelete } from "./plan/max-delete.ts";
import { configText } from "./source/config-text.ts";

/** A folder of keys: "" or a path that ends with a slash, so that `site` never matches `site-old/`. */
const keyPrefix: Parser<string> = (value) => {
  const prefix = value.replace(/^\/+|\/+$/g, "");
  if (prefix.split("/").some((part) => part === "." || part === "..") || prefix.includes("//")) {
    throw new Error("must be a folder of keys such as docs/latest");
  }
  return prefix === "" ? "" : `${prefix}/`;
};

/** Id of a CloudFront distribution; absent is "". */
const distributionId: Parser<string> = (value) => {
  if (!/^[A-Z0-9]*$/.test(value)) throw new Error("must be the id of a distribution such as E1A2B3C4D5E6F7");
  return value;
};

/** Those whose files can be read at once. */
const storageClasses = [
  "STANDARD",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
  "REDUCED_REDUNDANCY",
] as const;

/** ARN of a key, by which S3 names it; absent is "". An alias or an id would differ from that each time. */
const kmsKey: Parser<string> = (value) => {
  if (value !== "" && !/^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(value)) {
    throw new Error("must be the ARN of a key, such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-…");
  }
  return value;
};

const cachePaths: Parser<readonly string[]> = (value) => {
  const paths = lines(value);
  const wrong = paths.find((path) => !/^\/[\w.%/-]*\*?$/.test(path));
  if (wrong !== undefined) {
    throw new Error(
      `has a line that is no path: "${wrong}" (from /, encoded as in an address, * at its end alone)`,
    );
  }
  return paths;
};

export const inputs = {
  ...awsInputs,
  release: optionalText,
  source: optionalText,
  bucket: optionalText,
  prefix: keyPrefix,
  config: configText,
  "release-json": boolean,
  entry: text,
  "error-document": optionalText,
  "cache-control": cacheRules,
  "content-type": typeRules,
  "content-encoding": encodingRules,
  "content-disposition": dispositionRules,
  metadata: metadataRules,
  "storage-class": oneOf("", ...storageClasses),
  "kms-key": kmsKey,
  precompress: precompressions,
  redirects,
  exclude: lines,
  "publish-anyway": lines,
  "take-over": lines,
  protect: lines,
  "max-delete": maxDelete,
  "keep-days": integer(0, 3650),
  compare: oneOf("bucket", "record"),
  "state-bucket": optionalText,
  distribution: distributionId,
  invalidate: cachePaths,
  "wait-for-invalidation": integer(0, 3600),
  "dry-run": boolean,
} as const;

export type SyncInputs = Inputs<typeof inputs>;
