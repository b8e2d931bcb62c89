import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type Postgres, startPostgres } from "../../local/aws/postgres/postgres.ts";
import { baseEnvironment } from "../../local/environment.ts";
import { Processes } from "../../local/processes.ts";
import { recordedContext } from "../kit/context-fixture.ts";
import type { ActionError } from "../kit/errors.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { urlSource } from "../schema/database/address-inputs.ts";
import { appliedMigrations } from "../schema/migrate.ts";
import { type Harness, startHarness } from "./harness-fixture.ts";
import { type Parts, partsBundle, tableMigration } from "./parts-fixture.ts";
import { liftFreeze, readFreeze } from "./store/freeze.ts";
import { newestAttempt } from "./store/history.ts";
import type { Tier } from "./store/keys.ts";
import { movedTiers } from "./store/ledger.ts";
import { readLive } from "./store/live.ts";
import { Workflow } from "./workflow-fixture.ts";

const tags = { "20220129140530-create-tag.js": tableMigration("tag") };
const posts = { ...tags, "20220201090000-create-post.js": tableMigration("post") };
const brokenSchema = { ...posts, "20220301090000-break.js": tableMigration("broken", true) };

/** Of each kind of app a first release, one that changes it, and one that breaks. */
interface Kind {
  readonly tiers: readonly Tier[];
  readonly first: Parts;
  readonly second: Parts;
  readonly broken: Parts;
  /** What is found broken, where the release itself is not: somebody else writes to the site. */
  readonly meddles?: boolean;
}

const page = (text: string): string => `<!doctype html><title>${text}</title>`;
const kinds: Readonly<Record<string, Kind>> = {
  "an API alone": {
    tiers: ["api"],
    first: { api: "alone 1" },
    second: { api: "alone 2" },
    broken: { api: "alone broken" },
  },
  "a site alone": {
    tiers: ["site"],
    first: { page: page("alone 1") },
    second: { page: page("alone 2") },
    broken: { page: page("alone 3") },
    meddles: true,
  },
  "migrations alone": {
    tiers: ["schema"],
    first: { migrations: tags },
    second: { migrations: posts },
    broken: { migrations: brokenSchema },
  },
  "an API and a site without migrations": {
    tiers: ["api", "site"],
    first: { api: "both 1", page: page("both 1") },
    second: { api: "both 2", page: page("both 2") },
    broken: { api: "both broken", page: page("both 3") },
  },
  "an API and migrations without a site": {
    tiers: ["schema", "api"],
    first: { api: "server 1", migrations: tags },
    second: { api: "server 2", migrations: posts },
    broken: { api: "server 3", migrations: brokenSchema },
  },
};

/** How text for people names a tier, other than to say that a release has none. */
const tierWords: Readonly<Record<Tier, RegExp>> = {
  schema: /\| schema \||\bschema {2}|migrations? /,
  api: /\| api \||\bapi {4}|\bAPI\b|Elastic Beanstalk/,
  site: /\| site \||\bsite {3}|\bsite\b/,
};

describe("releases of apps that do not have every tier", () => {
  let harness: Harness;
  let directory: string;
  let processes: Processes;
  let postgres: Postgres;

  before(async () => {
    harness = await startHarness();
    directory = mkdtempSync(join(tmpdir(), "release-parts-"));
    mkdirSync(directory, { recursive: true });
    processes = new Processes(join(directory, "processes.json"));
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
    await harness.close();
    await processes.endAll(1000);
    rmSync(directory, { recursive: true, force: true });
  });

  /** The variables of an environment whose apps have these tiers; nothing is set for the others. */
  async function variables(environment: string, tiers: readonly Tier[]): Promise<Record<string, string>> {
    return {
      environment,
      "artifacts-bucket": "artifacts",
      "aws-region": "us-east-1",
      "github-token": "token",
      "lock-wait-seconds": "5",
      ...(tiers.includes("site") && { "site-bucket": "site", "site-url": harness.siteUrl }),
      ...(tiers.includes("api") && {
        "api-url": harness.apiUrl,
        "eb-application": "udagram",
        "eb-environment": "udagram-api",
      }),
      ...(tiers.includes("site") && tiers.includes("api") && { config: `{"api": "${harness.apiUrl}"}` }),
      ...(tiers.includes("schema") && {
        "database-url": await postgres.createDatabase(environment),
        "database-ca": postgres.ca,
      }),
    };
  }

  let environments = 0;
  let bundles = 0;
  const bundle = (parts: Parts) => partsBundle(harness, `parts ${++bundles}`, parts);
  const live = async (environment: string) => (await readLive(harness.store, environment))?.live;

  for (const [name, kind] of Object.entries(kinds)) {
    it(`${name}: goes live, changes, breaks and is put back, is rolled back`, async () => {
      const environment = `parts${++environments}`;
      const vars = await variables(environment, kind.tiers);
      const workflow = new Workflow(harness, vars, 1000 * environments);
      const attempt = () => newestAttempt(harness.store, environment);
      const isReal = async (parts: Parts): Promise<void> => {
        if (parts.page) expect(await harness.get(`${harness.siteUrl}/`)).to.equal(parts.page);
        if (!parts.migrations) return;
        const context = recordedContext();
        const database = urlSource(vars["database-url"] ?? "", postgres.ca, context);
        const names = (await appliedMigrations({ database, context })).map((one) => one.name);
        expect(names).to.deep.equal(Object.keys(parts.migrations));
      };
      const tellsOnlyOfItsTiers = (): void => {
        const told = workflow.text.replaceAll(/.*has (no|neither) .*/g, "");
        expect(told).not.to.match(/undefined|\b0 files/);
        for (const tier of ["schema", "api", "site"] as const) {
          if (!kind.tiers.includes(tier)) {
            expect(told.split("\n").filter((line) => tierWords[tier].test(line))).to.deep.equal([]);
          }
        }
      };

      const first = await bundle(kind.first);
      await workflow.deploy(first);
      expect((await live(environment))?.releaseId).to.equal(first.manifest.id);
      expect(movedTiers((await attempt()) as never)).to.deep.equal(kind.tiers);
      await isReal(kind.first);
      tellsOnlyOfItsTiers();
      const steps = { schema: "migrations", api: "API", site: "site" } as const;
      for (const tier of ["schema", "api", "site"] as const) {
        const line = `release ${first.manifest.id} has no ${steps[tier]}: nothing to`;
        const said = workflow.said[tier]?.lines.filter((each) => each.startsWith(line));
        expect(said).to.have.length(kind.tiers.includes(tier) ? 0 : 1);
      }

      const second = await bundle(kind.second);
      await workflow.deploy(second);
      expect((await live(environment))?.previousReleaseId).to.equal(first.manifest.id);
      await isReal(kind.second);
      tellsOnlyOfItsTiers();

      const same = await bundle(kind.second);
      await workflow.deploy(same);
      expect((await live(environment))?.releaseId).to.equal(same.manifest.id);
      expect(workflow.said.begin?.outputs.changed).to.equal("");
      const mayMove = kind.tiers.filter((tier) => tier === "site");
      expect(movedTiers((await attempt()) as never)).to.deep.equal(mayMove);
      tellsOnlyOfItsTiers();

      const broken = await bundle(kind.broken);
      const meddle = () =>
        harness.store.s3.send(
          new PutObjectCommand({ Bucket: "site", Key: "index.html", Body: "x", ContentType: "text/html" }),
        );
      const failure = await failureOf(
        workflow.deploy(broken, async () => {
          if (kind.meddles) await meddle();
        }),
      );
      expect(failure.code).to.equal("NotLive");
      // A migration that fails at once has begun the schema, and changed nothing of it.
      const isUntouched = kind.broken.migrations !== undefined;
      const words = isUntouched ? "is live in" : "is live again in";
      expect(failure.message).to.contain(`${same.manifest.id} ${words} ${environment}`);
      expect((await attempt())?.end?.outcome).to.equal(isUntouched ? "unchanged" : "put-back");
      expect((await live(environment))?.releaseId).to.equal(same.manifest.id);
      await isReal(kind.second);
      tellsOnlyOfItsTiers();

      const hasSchema = kind.tiers.includes("schema");
      await workflow.rollback({ to: first.manifest.id, schema: hasSchema ? "down" : "keep" });
      expect((await live(environment))?.releaseId).to.equal(first.manifest.id);
      await isReal(kind.first);
      tellsOnlyOfItsTiers();
    });
  }

  describe("and of apps whose tiers change", () => {
    let workflow: Workflow;
    let environment: string;
    const all: readonly Tier[] = ["schema", "api", "site"];

    beforeEach(async () => {
      environment = `parts${++environments}`;
      workflow = new Workflow(harness, await variables(environment, all), 1000 * environments);
    });

    it("a tier that is new is planned as such, and left where its deploy is put back", async () => {
      const site = await bundle({ page: page("site only") });
      await workflow.deploy(site);
      const failure = await failureOf(
        workflow.deploy(await bundle({ page: page("with API"), api: "new broken" })),
      );
      expect(workflow.said.begin?.summary).to.contain(`new: ${site.manifest.id} has no API`);
      expect(failure.message).to.contain(`${site.manifest.id} is live again`);
      expect(workflow.said.finish?.summary).to.contain("which is live, has no API and needs none");
    });

    it("a tier that is gone is refused, unless it is named; a rollback brings it back", async () => {
      const both = await bundle({ page: page("both"), api: "to be dropped" });
      await workflow.deploy(both);
      const site = await bundle({ page: page("site alone now") });
      const refused = await failureOf(workflow.deploy(site));
      expect(workflow.text).not.to.contain("undefined");
      expect(refused.code).to.equal("NotLive");
      expect((workflow.failure as ActionError).code).to.equal("TierDropped");
      expect((await live(environment))?.releaseId).to.equal(both.manifest.id);

      const dropping = new Workflow(
        harness,
        { ...(await variables(environment, ["api", "site"])), "drop-tiers": "api" },
        1000 * environments + 500,
      );
      await dropping.deploy(site);
      expect((await live(environment))?.releaseId).to.equal(site.manifest.id);
      expect(dropping.said.begin?.summary).to.contain("dropped: this release has no API; it stays as it is");

      await dropping.rollback({ to: "previous" });
      expect((await live(environment))?.apiVersion).to.equal(both.manifest.api?.version);
    });

    it("a rollback to before a tier was there leaves that tier as it is", async () => {
      const site = await bundle({ page: page("before the API") });
      await workflow.deploy(site);
      await workflow.deploy(await bundle({ page: page("with the API"), api: "added" }));
      await workflow.rollback({ to: "previous" });
      expect((await live(environment))?.releaseId).to.equal(site.manifest.id);
      expect(workflow.text).to.contain(`api stays as it is: ${site.manifest.id} has no API`);
    });

    it("what is stored with schema 1 goes on: a deploy over it, and back to it", async () => {
      const old = await harness.bundle("of schema 1");
      await workflow.deploy(old);
      const next = await bundle({ api: "of schema 2", page: page("2"), migrations: tags });
      await workflow.deploy(next);
      expect((await live(environment))?.releaseId).to.equal(next.manifest.id);
      await workflow.rollback({ to: "previous" });
      expect((await live(environment))?.releaseId).to.equal(old.manifest.id);
      expect(await harness.get(`${harness.apiUrl}/version`)).to.contain(old.manifest.api.version);

      const held = await readFreeze(harness.store, environment);
      if (held) await liftFreeze(harness.store, environment, held);
      const broken = await bundle({ api: "of schema 2 broken", page: page("3"), migrations: tags });
      const failure = await failureOf(workflow.deploy(broken));
      expect(failure.message).to.contain(`${old.manifest.id} is live again`);
    });

    it("begin asks for what the release and the live one have, and for nothing else", async () => {
      const none = await variables(environment, []);
      const bare = new Workflow(harness, none, 1000 * environments);
      const missing: readonly (readonly [Parts, readonly string[], readonly string[]])[] = [
        [{ page: page("x") }, ["site-bucket", "site-url"], ["api-url", "database"]],
        [{ api: "x" }, ["api-url", "eb-application", "eb-environment"], ["site", "database"]],
        [{ migrations: tags }, ["database-secret", "database-url"], ["site", "api-url"]],
      ];
      for (const [parts, wanted, other] of missing) {
        await failureOf(bare.deploy(await bundle(parts)));
        const message = bare.failure?.message ?? "";
        for (const name of wanted) expect(message).to.contain(name);
        for (const name of other) expect(message).not.to.contain(name);
      }
    });
  });
});
