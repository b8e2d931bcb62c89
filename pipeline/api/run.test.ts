import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import {
  app,
  type ElasticBeanstalkFixture,
  policy,
  startElasticBeanstalk,
  zip,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { type AwsServer, startAws } from "../../local/aws/server.ts";
import { formatManifest } from "../bundle/manifest.ts";
import { readZip } from "../bundle/zip.ts";
import type { ActionContext } from "../kit/action.ts";
import { systemClock } from "../kit/clock.ts";
import { errorCodes, explain } from "../kit/errors.ts";
import { readInputs } from "../kit/inputs.ts";
import type { Runner } from "../kit/runner.ts";
import { sha256 } from "../kit/sha256.ts";
import { advice } from "./advice.ts";
import { readOrPack } from "./bundle/folder-bundle.ts";
import { inputs, run } from "./run.ts";

interface Declared {
  readonly inputs: Record<string, { readonly default?: string }>;
  readonly outputs: Record<string, unknown>;
}

const declared = parse(
  readFileSync(new URL("../../actions/eb-deploy/action.yml", import.meta.url), "utf8"),
) as Declared;

describe("eb-deploy", () => {
  let directory: string;
  let fixture: ElasticBeanstalkFixture;
  let aws: AwsServer;
  const environmentBefore = Object.fromEntries(
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map((name) => [name, process.env[name]]),
  );

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "eb-deploy-"));
    fixture = await startElasticBeanstalk();
    await fixture.version("v1", app("v1"));
    fixture.bundles.set(
      "artifacts/broken.zip",
      await zip(app("broken", 'console.error("no database"); process.exit(1);')),
    );
    await fixture.environment("production", "v1", policy("Immutable"));
    aws = await startAws({
      directory: join(directory, "aws"),
      port: 0,
      region: "us-east-1",
      accountId: "000000000000",
      services: [],
    });
    aws.provisionBucket({ name: "artifacts" });
    process.env.AWS_ACCESS_KEY_ID = aws.credentials.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = aws.credentials.secretAccessKey;
  });
  after(async () => {
    for (const [name, value] of Object.entries(environmentBefore)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await fixture.close();
    await aws.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Runs the action as a step with these inputs would, with `action.yml`'s defaults for the others. */
  async function step(given: Record<string, string>) {
    const outputs: Record<string, unknown> = {};
    const log: string[] = [];
    const summaries: string[] = [];
    const runner = {
      input: (name: string) => given[name] ?? declared.inputs[name]?.default ?? "",
      output: (name: string, value: unknown) => {
        outputs[name] = value;
      },
      info: (line: string) => log.push(line),
      group: (_title: string, body: () => Promise<unknown>) => body(),
      summary: async (markdown: string) => {
        summaries.push(markdown);
      },
    } as unknown as Runner;
    const endpoint = await fixture.client.config.endpoint?.();
    const context = {
      runner,
      run: { url: "http://github/runs/1", sha: "c".repeat(40), workspace: directory },
      clock: systemClock,
      signal: new AbortController().signal,
      env: {
        AWS_ENDPOINT_URL_S3: aws.endpoint,
        AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: `http://127.0.0.1:${endpoint?.port}`,
      },
    } as unknown as ActionContext;
    const where = {
      application: "udagram",
      environment: "production",
      "aws-region": "us-east-1",
      "github-token": "",
    };
    Object.assign(given, { ...where, ...given });
    const failure = await Promise.resolve()
      .then(() => run(readInputs(runner, inputs), context))
      .then(
        () => "",
        (error: { code?: string }) => `${error.code}: ${explain(error)}`,
      );
    return { failure, outputs, log: log.join("\n"), summary: summaries.join("\n") };
  }

  it("says of every way to fail what to do, in the README and beside the failure", () => {
    const { description } = declared.outputs.outcome as { description: string };
    const readme = readFileSync(new URL("../../actions/eb-deploy/README.md", import.meta.url), "utf8");
    const codes = Object.keys(errorCodes).filter((code) => /^Deploy[A-Z]/.test(code));
    expect(Object.keys(advice)).to.have.length(codes.length);
    for (const outcome of Object.keys(advice)) expect(description).to.include(`\`${outcome}\``);
    for (const code of codes) expect(readme).to.match(new RegExp(`^\\| \`${code}\` \\| .{10,}`, "m"));
  });

  it("reads the inputs that it declares", () => {
    expect(Object.keys(inputs)).to.have.members(Object.keys(declared.inputs));
  });

  it("deploys a bundle that it puts into the bucket first, and sets every output that it declares", async () => {
    const bytes = await zip(app("v2"));
    const folder = join(directory, "bundle");
    mkdirSync(folder);
    writeFileSync(join(folder, "api.zip"), bytes);
    const api = { version: "0123456789ab", sha256: sha256(bytes), bytes: bytes.length, node: "24" };
    const commit = "a".repeat(40);
    const manifest = {
      schema: 1,
      id: "20261123T120000Z-aaaaaaa",
      commit,
      committedAt: "2026-11-23T12:00:00Z",
    };
    writeFileSync(
      join(folder, "release.json"),
      formatManifest({ ...manifest, schema: 1, api, site: { files: {} }, migrations: [] }),
    );
    const key = `udagram/${api.sha256}.zip`;
    fixture.bundles.set(`artifacts/${key}`, bytes);
    const { failure, outputs, summary } = await step({ directory: folder, bucket: "artifacts" });
    expect(failure).to.equal("");
    expect(aws.readObject("artifacts", key)?.size).to.equal(bytes.length);
    expect(outputs).to.have.all.keys(Object.keys(declared.outputs));
    expect(outputs).to.deep.include({
      "version-label": "0123456789ab",
      "previous-version-label": "v1",
      outcome: "deployed",
      changed: true,
      "environment-url": fixture.eb.url("production"),
    });
    expect(summary).to.match(/^### API: 0123456789ab runs on every instance/);
    const again = await step({ directory: folder, bucket: "artifacts" });
    expect(again.outputs).to.deep.include({ outcome: "unchanged", changed: false });
  });

  it("deploys a folder on its own: packed without what .ebignore names, labelled by its content, and not twice", async () => {
    const folder = join(directory, "my-app");
    mkdirSync(join(folder, ".platform/hooks/predeploy"), { recursive: true });
    const hook = join(folder, ".platform/hooks/predeploy/a.sh");
    writeFileSync(hook, "#!/bin/sh\n", { mode: 0o755 });
    writeFileSync(join(folder, ".ebignore"), "*.log\n");
    writeFileSync(join(folder, "debug.log"), "secret");
    for (const [name, content] of Object.entries(app("own")))
      writeFileSync(join(folder, name), String(content));
    symlinkSync("server.mjs", join(folder, "link.mjs"));
    const packed = await readOrPack(folder);
    expect(readZip(packed, "it").map(({ name, mode }) => `${mode.toString(8)} ${name}`)).to.deep.equal([
      "644 .ebignore",
      "755 .platform/hooks/predeploy/a.sh",
      "644 Procfile",
      "644 link.mjs",
      "644 server.mjs",
    ]);
    fixture.bundles.set(`artifacts/udagram/${sha256(packed)}.zip`, Buffer.from(packed));
    const { failure, outputs } = await step({ bundle: "my-app", bucket: "artifacts" });
    expect(failure).to.equal("");
    const label = sha256(packed).slice(0, 12);
    expect(outputs).to.deep.include({ outcome: "deployed", "version-label": label });
    expect((await step({ bundle: "my-app", bucket: "artifacts" })).outputs).to.include({
      outcome: "unchanged",
    });
    writeFileSync(join(directory, "own.zip"), packed);
    expect((await step({ bundle: "own.zip", bucket: "artifacts" })).outputs).to.include({
      outcome: "unchanged",
    });
    writeFileSync(hook, "#!/bin/sh\r\n");
    const unfit = await step({ bundle: "my-app", bucket: "artifacts", "dry-run": "true" });
    expect(unfit.failure).to.match(/^BundleUnfit: .*a\.sh has Windows line ends/);
    const missing = await step({ bundle: "no-such-app", bucket: "artifacts" });
    expect(missing.failure).to.match(/^InvalidBundle: there is no file or folder/);
  });

  it("fails in the API's own words", async () => {
    const given = { "version-label": "broken", bucket: "artifacts", "bundle-key": "broken.zip" };
    const { failure, outputs, summary, log } = await step(given);
    expect(failure).to.match(
      /^DeployReverted: version "broken" is not live on "production" \(reverted-by-eb\)/,
    );
    expect(failure).to.match(/the API's own log ends with:.*no database/s);
    expect(log).to.match(/web.stdout.log.*no database/s);
    expect(summary).to.match(/### API: broken is not live \(reverted-by-eb\).*no database/s);
    expect(outputs).to.deep.include({ outcome: "reverted-by-eb", changed: true });
  });

  const wrong: [string, Record<string, string>, RegExp][] = [
    ["nothing to deploy", {}, /give `bundle` or `directory`, and `bucket`; or `version-label`/],
    [
      "a bundle key without a bucket",
      { "version-label": "v9", "bundle-key": "k" },
      /or only the `version-label`/,
    ],
    ["a label with a slash", { "version-label": "feature/x" }, /without "\/", not "feature\/x"/],
    ["an unknown health", { "version-label": "v1", health: "blue" }, /"health" must be green/],
    [
      "a timeout that is no number",
      { "version-label": "v1", "timeout-minutes": "soon" },
      /must be auto or a whole/,
    ],
    ["a folder that is no bundle", { directory: "no-such-folder", bucket: "artifacts" }, /is no bundle/],
  ];
  for (const [name, given, message] of wrong) {
    it(`refuses ${name}`, async () => expect((await step(given)).failure).to.match(message));
  }
});
