import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Manifest, writeManifest } from "../bundle/manifest.ts";
import { migrationFile } from "../bundle/migration-names.ts";
import { sha256 } from "../kit/sha256.ts";
import { apiZip, type Harness } from "./harness-fixture.ts";

/** What a release has, and what of it: the text that decides the API's version, the page, migrations by file name. */
export interface Parts {
  readonly api?: string;
  readonly page?: string;
  readonly migrations?: Readonly<Record<string, string>>;
}

export interface PartsBundle {
  readonly directory: string;
  readonly manifest: Manifest;
}

/** A migration that makes a table, or fails on the way. */
export function tableMigration(table: string, isBroken = false): string {
  return `export const phase = "expand";
export const up = ({ sequelize }) => sequelize.query('CREATE TABLE ${isBroken ? "((" : `"${table}" (id int)`}');
export const down = ({ sequelize }) => sequelize.query('DROP TABLE "${table}"');
`;
}

/** Writes a bundle of schema 2 that has these parts and no other. */
export async function partsBundle(harness: Harness, name: string, parts: Parts): Promise<PartsBundle> {
  const { folder, about } = harness.next(name);
  const { api, page, migrations } = parts;
  mkdirSync(folder, { recursive: true });
  const version = sha256(api ?? "").slice(0, 12);
  const zip = apiZip(version, api?.includes("broken") ?? false);
  const entries = Object.entries(migrations ?? {}).map(([file, text]) => ({
    name: file,
    sha256: sha256(text),
    phase: "expand" as const,
    reversible: true,
    findings: [],
  }));
  const file = (text: string) => ({
    sha256: sha256(text),
    bytes: text.length,
    contentType: "text/html; charset=utf-8",
    cacheControl: "no-cache",
  });
  const manifest: Manifest = {
    schema: 2,
    ...about,
    ...(api !== undefined && { api: { version, sha256: sha256(zip), bytes: zip.length, node: ">=24" } }),
    ...(page !== undefined && { site: { files: { "index.html": file(page) } } }),
    ...(migrations && { migrations: entries }),
  };
  if (api !== undefined) writeFileSync(join(folder, "api.zip"), zip);
  if (page !== undefined) {
    mkdirSync(join(folder, "site"));
    writeFileSync(join(folder, "site", "index.html"), page);
  }
  if (migrations) {
    mkdirSync(join(folder, "migrations"));
    for (const entry of entries) {
      writeFileSync(join(folder, "migrations", migrationFile(entry)), migrations[entry.name] ?? "");
    }
  }
  await writeManifest(folder, manifest);
  return { directory: folder, manifest };
}
