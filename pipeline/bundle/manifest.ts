import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ActionError } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import type { Phase } from "./manifest-phase.ts";
import { manifestProblems } from "./manifest-problems.ts";
import type { Observation } from "./observation.ts";

export type { Phase } from "./manifest-phase.ts";

/** A file of the site, exactly as it is served. */
export interface SiteFile {
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
  /** "" where it is served without, as only a file that was taken over may be. */
  readonly cacheControl: string;
  /** How browsers have to decode it, such as `br`; absent where they need not. */
  readonly contentEncoding?: string;
  /** Whether browsers show it or save it, such as `attachment`; absent where they decide. */
  readonly contentDisposition?: string;
  /** What visitors are sent as `x-amz-meta-*`, by lower-case name; absent where there is none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Where the website endpoint sends visitors instead (301); the file itself is empty then. */
  readonly redirect?: string;
}

export interface MigrationEntry {
  /**
   * Its file name as sequelize-cli records it, `20220129140530-create-tag.js`. In a manifest of schema 1, and there only,
   * `YYYYMMDDTHHMMSSZ-kebab-name` without ending: the built module's `source` is the file name then.
   */
  readonly name: string;
  /** Its path in the archive that it runs out of, see `migrationsArchiveOf`; absent where it is a module of its own, see `migrationFile`. */
  readonly file?: string;
  /** Of that file, or of the module. */
  readonly sha256: string;
  /** Of its source, see `sourceDigest`: what databases compare. Absent in manifests of schema 1. */
  readonly sourceSha256?: string;
  /** Absent where neither the migration nor an observation of it says: `phaseOf` calls that unchecked. */
  readonly phase?: Phase;
  readonly reversible: boolean;
  /** In words, for readers of before `observed`. */
  readonly findings: readonly string[];
  /** What its replay showed; absent where nobody looked: it is not checked. */
  readonly observed?: Observation;
}

interface ApiPart {
  /** Its label on Elastic Beanstalk; of a release that was built made from its content. */
  readonly version: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly node: string;
}

/** The site of a release: its files by key. */
export interface SitePart {
  readonly files: Readonly<Record<string, SiteFile>>;
}

/**
 * release.json: what a release is made of. Nothing about any environment. Schema 2 leaves out a tier that the app does not
 * have, and has at least one; schema 1, as releases of before are stored, has all three.
 */
export interface Manifest {
  readonly schema: 1 | 2;
  readonly id: string;
  /** "" where it was taken over: nobody knows it. */
  readonly commit: string;
  /** ISO 8601, UTC; of what was taken over the time at which the newest of it came. */
  readonly committedAt: string;
  /** Set where it was live before the pipeline was, and taken over: bytes and a version label, and nothing of how they were made. */
  readonly origin?: "adopted";
  /** Names of migrations that were on record then; it has none that could run. */
  readonly recorded?: readonly string[];
  readonly api?: ApiPart;
  readonly site?: SitePart;
  readonly migrations?: readonly MigrationEntry[];
  /** The archive of migrations that have a `file` and are not in the API's. */
  readonly migrationsArchive?: { readonly sha256: string; readonly bytes: number };
}

/** The site's `/release.json`: the part of a manifest that everyone may read, and that `verify` compares. */
export interface PublicManifest {
  readonly id: string;
  readonly api?: { readonly version: string };
  readonly site?: { readonly digest: string };
  readonly migrations?: readonly string[];
}

export const manifestFile = "release.json";
export const apiFile = "api.zip";
/** What migrations of their own archive run out of. */
export const migrationsArchiveFile = "migrations.zip";
export const siteFolder = "site";
export const migrationsFolder = "migrations";

/** `<UTC commit time>-<short commit>`; sorts by eye, decides nothing. */
export function releaseId(commit: string, committedAt: Date): string {
  const time = committedAt
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:]/g, "");
  return `${time}-${commit.slice(0, 7)}`;
}

/** The id of a release that was taken over, whose newest part came at that time. */
export function adoptedReleaseId(newest: Date): string {
  return `${releaseId("", newest)}adopted`;
}

/** What a database has on record once a release is live: its own migrations, or those that one was taken over with. */
export function recordedMigrations(manifest: Manifest): readonly MigrationEntry[] {
  const { recorded = [] } = manifest;
  const taken = recorded.map((name) => ({ name, sha256: "", reversible: false, findings: [] }));
  return [...migrationsOf(manifest), ...taken];
}

/** The migrations of a release; none where it has no such tier. */
export function migrationsOf({ migrations = [] }: Pick<Manifest, "migrations">): readonly MigrationEntry[] {
  return migrations;
}

/** The archive that a release's migrations run out of, as a file of the bundle; undefined where each is a module of its own. */
export function migrationsArchiveOf(
  manifest: Pick<Manifest, "migrations" | "migrationsArchive">,
): string | undefined {
  if (manifest.migrationsArchive) return migrationsArchiveFile;
  return migrationsOf(manifest).some(({ file }) => file !== undefined) ? apiFile : undefined;
}

/** The files of a release's site by key; none where it has no site. */
export function siteFilesOf({ site }: Pick<Manifest, "site">): SitePart["files"] {
  return site?.files ?? {};
}

/** A digest of the whole site: equal exactly when every file and every header is. */
export function siteDigest(site: SitePart): string {
  const lines = Object.entries(site.files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, file]) => [key, file.sha256, ...headerTexts(file)].join("\0"));
  return sha256(lines.map((line) => `${line}\n`).join(""));
}

/** The headers of a file, those that it has, as texts that are equal exactly when the headers are. */
export function headerTexts(file: Omit<SiteFile, "sha256" | "bytes">): readonly string[] {
  const { contentType, cacheControl, contentEncoding, contentDisposition, metadata, redirect } = file;
  const texts = [contentType, cacheControl];
  if (contentEncoding !== undefined) texts.push(`encoding ${contentEncoding}`);
  if (contentDisposition !== undefined) texts.push(`disposition ${contentDisposition}`);
  if (metadata !== undefined) texts.push(`metadata ${metadataText(metadata)}`);
  if (redirect !== undefined) texts.push(redirect);
  return texts;
}

/** Equal exactly when the metadata are; "" for none. */
export function metadataText(metadata: SiteFile["metadata"]): string {
  if (metadata === undefined) return "";
  return JSON.stringify(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function publicManifest({ id, api, site, migrations }: Manifest): PublicManifest {
  return {
    id,
    ...(api && { api: { version: api.version } }),
    ...(site && { site: { digest: siteDigest(site) } }),
    ...(migrations && { migrations: migrations.map(({ name }) => name) }),
  };
}

/** The text of release.json: sorted, so that equal manifests are equal bytes. */
export function formatManifest({ site, migrations, ...rest }: Manifest): string {
  const sorted: Manifest = {
    ...rest,
    ...(site && {
      site: { files: Object.fromEntries(Object.entries(site.files).sort(([a], [b]) => (a < b ? -1 : 1))) },
    }),
    ...(migrations && { migrations: [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1)) }),
  };
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

/** Parses the text of a release.json. `source` names it in the error, which lists every wrong field with its value. */
export function parseManifest(text: string, source: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ActionError("InvalidBundle", `"${source}" is no JSON`, { hint: rebuild, cause });
  }
  const problems = manifestProblems(value);
  if (problems.length > 0) {
    throw new ActionError("InvalidBundle", `"${source}" is no release manifest: ${problems.join("; ")}`, {
      hint: rebuild,
    });
  }
  return value as Manifest;
}

const rebuild = "build the release again with the `build` action of this version of the pipeline";

/** Reads and checks the manifest of a bundle. */
export async function readManifest(directory: string): Promise<Manifest> {
  const file = join(directory, manifestFile);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new ActionError("InvalidBundle", `"${directory}" is no bundle: it has no ${manifestFile}`, {
      hint: "give the folder that the `build` action wrote, and check that its artifact was downloaded into it",
      cause,
    });
  }
  return parseManifest(text, file);
}

/** Writes the manifest of a bundle; throws `InvalidBundle` rather than write a wrong one. */
export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  const text = formatManifest(manifest);
  parseManifest(text, join(directory, manifestFile));
  await writeFile(join(directory, manifestFile), text);
}
