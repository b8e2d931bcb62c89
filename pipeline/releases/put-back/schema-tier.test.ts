import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Postgres, startPostgres } from "../../../local/aws/postgres/postgres.ts";
import { type AwsServer, startAws } from "../../../local/aws/server.ts";
import { baseEnvironment } from "../../../local/environment.ts";
import { Processes } from "../../../local/processes.ts";
import { s3Client } from "../../aws/s3.ts";
import type { Manifest } from "../../bundle/manifest.ts";
import { migrationKey } from "../../bundle/migration-names.ts";
import type { WholeManifest } from "../../bundle/whole-manifest-fixture.ts";
import { writeZip } from "../../bundle/zip.ts";
import { type RecordedContext, recordedContext } from "../../kit/context-fixture.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { sha256 } from "../../kit/sha256.ts";
import { urlSource } from "../../schema/database/address-inputs.ts";
import type { AddressSource } from "../../schema/database/login.ts";
import { appliedMigrations } from "../../schema/migrate.ts";
import { uploadRelease } from "../begin/upload.ts";
import { missingObjects } from "../environment/missing-objects.ts";
import { tableMigration } from "../parts-fixture.ts";
import type { JsonValue, TierResult } from "../store/entries.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import type { Store } from "../store/objects.ts";
import { lookAtSchemaToo } from "./look-at-schema.ts";
import { putBackTier } from "./put-back-tier.ts";
import { schemaTier } from "./schema-tier.ts";
import type { SchemaTier, Tiers } from "./tier.ts";

function migration(table: string, isReversible: boolean): string {
  const down = isReversible ? `(queryInterface) => queryInterface.dropTable("${table}")` : "false";
  return `export const phase = "expand";
export const up = (queryInterface, Sequelize) => queryInterface.createTable("${table}", { id: Sequelize.INTEGER });
export const down = ${down};
`;
}

describe("release: the schema of an attempt", () => {
  let directory: string;
  let aws: AwsServer;
  let postgres: Postgres;
  let processes: Processes;
  let store: Store;
  let context: RecordedContext;
  let database: AddressSource;
  let schema: SchemaTier;
  let databases = 0;
  let releases = 0;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "release-schema-"));
    processes = new Processes(join(directory, "processes.json"));
    aws = await startAws({
      directory,
      port: 0,
      region: "us-east-1",
      accountId: "000000000000",
      services: [],
    });
    aws.provisionBucket({ name: "artifacts" });
    postgres = await startPostgres({
      directory: join(directory, "postgres"),
      port: 0,
      processes,
      environment: baseEnvironment(process.env, directory),
      listen: "127.0.0.1",
      isThrowaway: true,
    });
  });
  after(async () => {
    await postgres.stop();
    await aws.close();
    await processes.endAll(1000);
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(async () => {
    databases += 1;
    context = recordedContext({ temp: directory });
    const s3 = s3Client({
      region: aws.region,
      endpoint: aws.endpoint,
      credentials: async () => aws.credentials,
      maxAttempts: 3,
    });
    store = { s3, bucket: "artifacts" };
    database = urlSource(await postgres.createDatabase(`test_${databases}`), postgres.ca, context);
    schema = schemaTier({ database, migrationEnvironment: {} }, { store }, context);
  });

  async function stored(migrations: Record<string, string>, isReversible = true): Promise<WholeManifest> {
    releases += 1;
    const folder = join(directory, `bundle-${releases}`);
    mkdirSync(join(folder, "migrations"), { recursive: true });
    writeFileSync(join(folder, "api.zip"), "zip");
    for (const [name, text] of Object.entries(migrations)) {
      writeFileSync(join(folder, "migrations", `${name}.mjs`), text);
    }
    const manifest: WholeManifest = {
      schema: 1,
      id: `20261101T0800${String(releases).padStart(2, "0")}Z-aaaaaaa`,
      commit: "a".repeat(40),
      committedAt: "2026-11-01T08:00:00Z",
      api: { version: "a".repeat(12), sha256: sha256("zip"), bytes: 3, node: ">=24" },
      site: { files: {} },
      migrations: Object.entries(migrations).map(([name, text]) => ({
        name,
        sha256: sha256(text),
        phase: "expand" as const,
        reversible: isReversible,
        findings: [],
      })),
    };
    await uploadRelease(store, folder, manifest, null, context.signal);
    return manifest;
  }

  async function applied(): Promise<readonly string[]> {
    const records = await appliedMigrations({ database, context });
    return records.map(migrationKey);
  }

  /** An attempt at `manifest` whose schema has moved from there. */
  const attempt = (manifest: WholeManifest, from: JsonValue): AttemptRecord =>
    ({ begin: { releaseId: manifest.id }, moved: [{ tier: "schema", from }] }) as unknown as AttemptRecord;

  const putBack = (manifest: WholeManifest, from: JsonValue, live: WholeManifest): Promise<TierResult> =>
    putBackTier(
      "schema",
      attempt(manifest, from),
      live,
      { store, tiers: { schema } as Tiers },
      context.signal,
    );

  const users = "20261101T080000Z-users";
  const posts = "20261102T080000Z-posts";

  it("is looked at by its records: what is missing there, and what is of no release that is live", async () => {
    const [first = "", second = ""] = ["20260101T000000Z-one", "20260102T000000Z-two"];
    const older = await stored({ [first]: tableMigration("one") });
    const newer = await stored({ [first]: tableMigration("one"), [second]: tableMigration("two") });
    await schema.migrate(older);
    const well = async () => ({ whole: "yes", words: "site and API answer" }) as const;
    const look = lookAtSchemaToo(well, schema);
    expect(await look(older)).to.deep.equal(await well());
    const behind = await look(newer);
    expect([behind.whole, behind.words]).to.deep.equal([
      "no",
      `site and API answer; not on record in the database: ${second}`,
    ]);
    await schema.migrate(newer);
    const ahead = await look(older);
    expect(ahead.whole).to.equal("yes");
    expect(ahead.words).to.contain(`on record there, and not of this release: ${second}`);
    const away = { isReachable: true, records: () => Promise.reject(new Error("no route to host")) };
    expect((await lookAtSchemaToo(well, away)(older)).whole).to.equal("unknown");
  });

  it("takes out what the attempt applied, and only that", async () => {
    const live = await stored({ [users]: migration("users", true) });
    const next = await stored({ [users]: migration("users", true), [posts]: migration("posts", true) });
    await schema.migrate(live);
    let from: JsonValue = null;
    await schema.migrate(next, async (before) => {
      from = before;
    });
    expect(await applied()).to.deep.equal([users, posts]);
    expect(await putBack(next, from, live)).to.deep.equal({
      tier: "schema",
      outcome: "restored",
      note: `reverted ${posts}`,
    });
    expect(await applied()).to.deep.equal([users]);
  });

  it("leaves what has no way back, and says why that is safe", async () => {
    const live = await stored({});
    const next = await stored({ [users]: migration("users", false) }, false);
    await schema.migrate(next);
    const result = await putBack(next, { pending: [users] }, live);
    expect(result.outcome).to.equal("left");
    expect(result.note).to.contain("has no way back");
    expect(await applied()).to.deep.equal([users]);
  });

  it("says when the failed migration was never applied", async () => {
    const live = await stored({});
    const next = await stored({ [users]: migration("users", true) });
    expect((await putBack(next, { pending: [users] }, live)).outcome).to.equal("left");
  });

  it("applies again what a rollback took out", async () => {
    const live = await stored({ [users]: migration("users", true) });
    const target = await stored({});
    expect(await putBack(target, { reverted: [users] }, live)).to.deep.equal({
      tier: "schema",
      outcome: "restored",
      note: `applied ${users}`,
    });
  });

  it("refuses migrations in the store that are not what the release promises", async () => {
    const next = await stored({ [users]: migration("users", true) });
    const forged = {
      ...next,
      migrations: next.migrations.map((one) => ({ ...one, sha256: "0".repeat(64) })),
    };
    let message = "";
    await schema.migrate(forged).catch((error: Error) => {
      message = error.message;
    });
    expect(message).to.contain("is not what the release promises");
    expect(await applied()).to.deep.equal([]);
  });

  /** A release whose migrations run out of its API's archive, or out of one of their own; `compiled` is of no build twice the same. */
  async function archived(archive: "api.zip" | "migrations.zip", compiled: string): Promise<Manifest> {
    const folder = mkdtempSync(join(directory, "archived-"));
    const text = `const { table } = require("../table.json");
exports.up = ({ sequelize }) => sequelize.query("CREATE TABLE " + table + " ()");
exports.down = ({ sequelize }) => sequelize.query("DROP TABLE " + table);
`;
    const entry = (name: string, content: string) => ({ name, mode: 0o644, content: Buffer.from(content) });
    const version = "a".repeat(12);
    const zip = writeZip([
      entry("steps/1-tags.js", text),
      entry("table.json", '{ "table": "tags" }'),
      entry("version.json", JSON.stringify({ version })),
      entry("node_modules/bcrypt/build/bcrypt.node", compiled),
    ]);
    writeFileSync(join(folder, archive), zip);
    const made = { sha256: sha256(zip), bytes: zip.length };
    const file = { name: "1-tags.js", file: "steps/1-tags.js", sha256: sha256(text) };
    const manifest: Manifest = {
      schema: 2,
      id: archive === "api.zip" ? "20261102T080000Z-aaaaaaa" : "20261102T080000Z-bbbbbbb",
      commit: "a".repeat(40),
      committedAt: "2026-11-02T08:00:00Z",
      ...(archive === "api.zip" ? { api: { ...made, version, node: "24" } } : { migrationsArchive: made }),
      migrations: [{ ...file, reversible: true, findings: [] }],
    };
    return (await uploadRelease(store, folder, manifest, null, context.signal)).manifest;
  }

  for (const archive of ["api.zip", "migrations.zip"] as const) {
    it(`applies and takes out what runs out of ${archive}, built a second time or not`, async () => {
      const release = await archived(archive, "compiled at eight");
      expect(await archived(archive, "compiled at nine")).to.deep.equal(release);
      expect(await missingObjects(store, release, context.signal)).to.deep.equal([]);
      await schema.migrate(release);
      expect(await applied()).to.deep.equal(["1-tags"]);
      expect(await schema.revert(release, ["1-tags.js"])).to.deep.equal(["1-tags.js"]);
      expect(await applied()).to.deep.equal([]);
      expect(readdirSync(context.run.temp).filter((name) => name.startsWith("migrations"))).to.deep.equal([]);
      const forged = { sha256: "0".repeat(64), bytes: 1 };
      const altered =
        archive === "api.zip"
          ? { api: { ...forged, version: "b", node: "24" } }
          : { migrationsArchive: forged };
      const { code, message } = await failureOf(schema.migrate({ ...release, ...altered }));
      expect([code, message]).to.deep.equal([
        "ReleaseAltered",
        `"releases/${release.id}/${archive}" is not what the release promises`,
      ]);
    });
  }
});
