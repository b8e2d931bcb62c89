import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { apiFile, readManifest } from "../../bundle/manifest.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { readOrPack } from "../bundle/folder-bundle.ts";
import { ownRoute, versionSource } from "./version-source.ts";
import type { SourceBundle, WantedVersion } from "./wanted-version.ts";

interface StandaloneInputs {
  readonly application: string;
  readonly bundle: string;
  readonly directory: string;
  readonly "version-label": string;
  readonly bucket: string;
  readonly "bundle-key": string;
  readonly "dry-run": boolean;
  readonly "api-path": string;
  readonly "version-path": string;
}

/** A version without a release, and its bundle where that is at hand. */
interface Standalone {
  readonly version: WantedVersion;
  readonly content?: Uint8Array;
}

/**
 * The version to deploy where there is no release: a zip or a folder of the workspace, or a bundle that `build` made, which is
 * put into the bucket first; or a source bundle that is in the bucket already, or a version that Elastic Beanstalk has already.
 */
export async function standaloneVersion(
  given: StandaloneInputs,
  s3: S3Client,
  workspace: string,
): Promise<Standalone> {
  const { bundle, directory, bucket } = given;
  const label = given["version-label"];
  const key = given["bundle-key"];
  const isMade = bundle !== "" || directory !== "";
  if (isMade && (bundle === "" || directory === "") && key === "" && bucket !== "") {
    return directory === ""
      ? uploaded(given, s3, await readOrPack(resolve(workspace, bundle)))
      : built(given, s3);
  }
  if (!isMade && label !== "" && (key === "") === (bucket === "")) {
    return {
      version: {
        label: checked(label),
        labelIsContent: false,
        answersAt: ownRoute(given["version-path"]),
        ...(key === "" ? {} : { source: { bucket, key } }),
      },
    };
  }
  throw new ActionError(
    "InvalidInputs",
    "give `bundle` or `directory`, and `bucket`; or `version-label`, `bucket` and `bundle-key`; or only the `version-label` of an existing version",
    { hint: "see the examples in the action's README; under a release, give `release` instead" },
  );
}

/** Of a bundle that `build` made, which has the version in its manifest. */
async function built(given: StandaloneInputs, s3: S3Client): Promise<Standalone> {
  const { id, api } = await readManifest(given.directory);
  if (!api) {
    throw new ActionError("InvalidBundle", `release "${id}" in "${given.directory}" has no API`, {
      hint: "give the `build` action the API's entry, or leave this step out",
    });
  }
  const file = join(given.directory, apiFile);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new ActionError("InvalidBundle", `could not read "${file}": ${explain(cause)}`, {
      hint: "give the folder that the `build` action wrote",
    });
  }
  const digest = sha256(bytes);
  if (digest !== api.sha256) {
    throw new ActionError(
      "InvalidBundle",
      `"${file}" hashes to ${digest.slice(0, 12)}, not ${api.sha256.slice(0, 12)}`,
      {
        hint: "build the release again",
      },
    );
  }
  return uploaded(given, s3, bytes, { label: api.version, answersAt: versionSource(given) });
}

/** Labelled by its content unless told otherwise, and put into the bucket. */
async function uploaded(
  given: StandaloneInputs,
  s3: S3Client,
  content: Uint8Array,
  own?: Pick<WantedVersion, "label" | "answersAt">,
): Promise<Standalone> {
  const digest = sha256(content);
  const label = checked(given["version-label"] || (own?.label ?? digest.slice(0, 12)));
  const source = { bucket: given.bucket, key: `${given.application}/${digest}.zip` };
  if (!given["dry-run"]) await store(s3, source, content);
  const answersAt = own?.answersAt ?? ownRoute(given["version-path"]);
  return { content, version: { label, source, sha256: digest, labelIsContent: false, answersAt } };
}

/** Content-named, so that one that is there already is the same. */
async function store(s3: S3Client, { bucket, key }: SourceBundle, bytes: Uint8Array): Promise<void> {
  try {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, IfNoneMatch: "*" }));
  } catch (cause) {
    const { name } = cause as Error;
    if (name === "PreconditionFailed") return;
    throw new ActionError(
      name === "NoSuchBucket" ? "BucketNotFound" : "AccessDenied",
      `could not put the source bundle to s3://${bucket}/${key}`,
      { hint: "check the input `bucket`, and that the role may s3:PutObject there", cause },
    );
  }
}

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateApplicationVersion.html */
function checked(label: string): string {
  if (/^[^/]{1,100}$/.test(label)) return label;
  throw new ActionError(
    "InvalidInputs",
    `input "version-label" must be 1 to 100 characters without "/", not "${label}"`,
    {
      hint: "branch names often have a slash: use the commit or a digest",
    },
  );
}
