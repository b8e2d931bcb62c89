import { ActionError } from "../../kit/errors.ts";

/** The parts of a release that a deploy moves, in its order; a rollback moves them in another. */
export const tiers = ["schema", "api", "site"] as const;
export type Tier = (typeof tiers)[number];

/** Where everything durable lives in the artifacts bucket. */
export const keys = {
  manifest: (releaseId: string): string => `releases/${releaseId}/release.json`,
  api: (releaseId: string): string => `releases/${releaseId}/api.zip`,
  migrations: (releaseId: string): string => `releases/${releaseId}/migrations.tgz`,
  /** The archive that its migrations run out of, where that is not the API's. */
  migrationsArchive: (releaseId: string): string => `releases/${releaseId}/migrations.zip`,
  /** Keeps the release whatever its age. */
  pin: (releaseId: string): string => `releases/${releaseId}/pin.json`,
  blob: (sha256: string): string => `blobs/${sha256}`,
  /** Who is taking out of the store what no environment needs, or how the last clean-up left it. */
  cleanup: "sweep.json",
  live: (environment: string): string => `environments/${environment}/live.json`,
  lock: (environment: string): string => `environments/${environment}/lock.json`,
  freeze: (environment: string): string => `environments/${environment}/freeze.json`,
  /** What the last deploy saw of the database. */
  schemaState: (environment: string): string => `environments/${environment}/schema.json`,
  ledger: (environment: string): string => `environments/${environment}/ledger/`,
  /** The folder of an attempt, without its slash. */
  attempt: (environment: string, seq: number): string => `environments/${environment}/ledger/${padded(seq)}`,
  entry: (environment: string, seq: number, name: EntryName): string =>
    `environments/${environment}/ledger/${padded(seq)}/${name}.json`,
} as const;

export type EntryName = "begin" | `moved-${Tier}` | "watch" | "watched" | "end";

export const entryNames: readonly EntryName[] = [
  "begin",
  ...tiers.map((tier) => `moved-${tier}` as const),
  "watch",
  "watched",
  "end",
];

function padded(seq: number): string {
  return String(seq).padStart(6, "0");
}

/** The address of an attempt, as `release begin` outputs it and the tiers get it. */
interface AttemptAddress {
  readonly bucket: string;
  readonly environment: string;
  readonly seq: number;
}

export function formatHandle({ bucket, environment, seq }: AttemptAddress): string {
  return `s3://${bucket}/environments/${environment}/ledger/${padded(seq)}`;
}

/** Parses an attempt's handle; throws `InvalidInputs` with the shape that it must have. */
export function parseHandle(handle: string): AttemptAddress {
  const match = /^s3:\/\/([^/]+)\/environments\/([^/]+)\/ledger\/(\d{6})$/.exec(handle);
  if (!match) {
    throw new ActionError("InvalidInputs", `input "release" is no attempt's handle: "${handle}"`, {
      hint: "give the output `attempt` of the `release` action's begin, s3://<bucket>/environments/<environment>/ledger/<number>",
    });
  }
  const [, bucket = "", environment = "", seq = ""] = match;
  return { bucket, environment, seq: Number(seq) };
}
