import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, writeManifest } from "../bundle/manifest.ts";
import { sourceDigest } from "../bundle/source-digest.ts";
import { sha256 } from "../kit/sha256.ts";

/** A migration of a test's bundle: its name's last part, and its module's text. */
export type Modules = Readonly<Record<string, string>>;

/** `create-x` becomes a file name as sequelize-cli records it; the order of the record is the order of the migrations. */
export function fullName(index: number, name: string): string {
  return `20260101T0000${String(index).padStart(2, "0")}Z-${name}.js`;
}

/** Writes a bundle that has nothing but migrations. */
export async function writeBundle(directory: string, modules: Modules): Promise<Manifest> {
  await mkdir(join(directory, "migrations"), { recursive: true });
  const migrations = Object.entries(modules).map(([short, text], index) => {
    const phase = text.includes('phase = "contract"') ? ("contract" as const) : ("expand" as const);
    const reversible = !/down = false/.test(text);
    const digests = { sha256: sha256(text), sourceSha256: sourceDigest(Buffer.from(text)) };
    return { name: fullName(index, short), text, ...digests, phase, reversible, findings: [] };
  });
  for (const { name, text } of migrations) {
    await writeFile(join(directory, "migrations", `${name}.mjs`), text);
  }
  const manifest: Manifest = {
    schema: 2,
    id: "20260101T000000Z-aaaaaaa",
    commit: "a".repeat(40),
    committedAt: "2026-01-01T00:00:00.000Z",
    migrations: migrations.map(({ text: _text, ...entry }) => entry),
  };
  await writeManifest(directory, manifest);
  return manifest;
}

/** A module that runs SQL, and some other on the way back. */
export function sqlModule(up: string, down: string, more = ""): string {
  return `${more}
export const phase = "expand";
export async function up({ sequelize }) { await sequelize.query(${JSON.stringify(up)}); }
export async function down({ sequelize }) { await sequelize.query(${JSON.stringify(down)}); }
`;
}
