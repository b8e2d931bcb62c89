import type { WantedOption } from "../options/plan-options.ts";
import type { VersionSource } from "./version-source.ts";

/** Where the zip lies that a version is made of: its *source bundle*, as Elastic Beanstalk calls it. */
export interface SourceBundle {
  readonly bucket: string;
  readonly key: string;
}

/** The version that is to run. */
export interface WantedVersion {
  readonly label: string;
  /** Absent for a version that must exist already. */
  readonly source?: SourceBundle;
  /** Of the source bundle; undefined where nobody knows, and then the place in S3 tells versions apart. */
  readonly sha256?: string;
  /** The label is made from the content, so that an existing one needs no comparison. */
  readonly labelIsContent: boolean;
  /** Where the environment's address answers with the label as its version; undefined where it does not. */
  readonly answersAt: VersionSource | undefined;
  /** Options of the environment that are set with it. */
  readonly options?: readonly WantedOption[];
}

/** The version of a release, whose source bundle `release begin` stored. */
export function releaseVersion(
  artifactsBucket: string,
  release: { readonly id: string; readonly api: { readonly version: string; readonly sha256: string } },
  answersAt: VersionSource,
): WantedVersion {
  return {
    label: release.api.version,
    source: { bucket: artifactsBucket, key: `releases/${release.id}/api.zip` },
    sha256: release.api.sha256,
    labelIsContent: true,
    answersAt,
  };
}

/** Who made a version, for its description: the commit, by which a later run knows whether it is older, and the run. */
export function madeBy(commit: string, runUrl: string): string {
  return `commit:${commit} ${runUrl}`;
}

/** The commit that a version's description names; undefined where it names none. */
export function commitIn(description: string): string | undefined {
  return /\bcommit:([0-9a-f]{40})\b/.exec(description)?.[1];
}

const digest = /\bsha256:([0-9a-f]{64})\b/;

/** What a version's description says of its content, so that a later deploy can compare. */
export function describeVersion(wanted: WantedVersion, note: string): string {
  return [wanted.sha256 === undefined ? "" : `sha256:${wanted.sha256}`, note].join(" ").trim().slice(0, 200);
}

/** In what the version that exists under the label differs from the one wanted; undefined where it is the same. */
export function conflictOf(
  wanted: WantedVersion,
  existing: SourceBundle & { readonly description: string },
): string | undefined {
  if (wanted.labelIsContent) return undefined;
  const [, known] = digest.exec(existing.description) ?? [];
  if (known !== undefined && wanted.sha256 !== undefined) {
    if (known === wanted.sha256) return undefined;
    return `version "${wanted.label}" exists with other content: sha256 ${known.slice(0, 12)}, not ${wanted.sha256.slice(0, 12)}`;
  }
  if (wanted.source === undefined) return undefined;
  const { bucket, key } = wanted.source;
  if (existing.bucket === bucket && existing.key === key) return undefined;
  return `version "${wanted.label}" exists with another bundle: s3://${existing.bucket}/${existing.key}, not s3://${bucket}/${key}`;
}
