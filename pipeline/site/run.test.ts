import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import type { ActionContext } from "../kit/action.ts";
import { systemClock } from "../kit/clock.ts";
import { explain } from "../kit/errors.ts";
import { readInputs } from "../kit/inputs.ts";
import type { Runner } from "../kit/runner.ts";
import { inputs } from "./inputs.ts";
import { run } from "./run.ts";
import { first, SiteFixture } from "./site-fixture.ts";

interface Declared {
  readonly inputs: Record<string, { readonly default?: string }>;
  readonly outputs: Record<string, unknown>;
}

const declared = parse(
  readFileSync(new URL("../../actions/s3-sync/action.yml", import.meta.url), "utf8"),
) as Declared;

describe("s3-sync", () => {
  let directory: string;
  let fixture: SiteFixture;
  const names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
  const environmentBefore = Object.fromEntries(names.map((name) => [name, process.env[name]]));

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "s3-sync-run-"));
    fixture = await SiteFixture.open();
    process.env.AWS_ACCESS_KEY_ID = fixture.aws.credentials.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = fixture.aws.credentials.secretAccessKey;
  });
  after(async () => {
    for (const [name, value] of Object.entries(environmentBefore)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await fixture.close();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(() => fixture.newBucket());

  /** Runs the action as a step with these inputs would, with `action.yml`'s defaults for the others. */
  async function step(given: Record<string, string>) {
    const outputs: Record<string, unknown> = {};
    const log: string[] = [];
    const summaries: string[] = [];
    const all: Record<string, string> = { bucket: fixture.bucket, "aws-region": "us-east-1", ...given };
    const runner = {
      input: (name: string) => all[name] ?? declared.inputs[name]?.default ?? "",
      output: (name: string, value: unknown) => {
        outputs[name] = value;
      },
      info: (line: string) => log.push(line),
      warning: (line: string) => log.push(`warning: ${line}`),
      group: (_title: string, body: () => Promise<unknown>) => body(),
      summary: async (markdown: string) => {
        summaries.push(markdown);
      },
    } as unknown as Runner;
    const context = {
      runner,
      run: { url: "http://github/runs/1", runAttempt: 1, temp: directory, job: "deploy" },
      clock: systemClock,
      signal: new AbortController().signal,
      env: { AWS_ENDPOINT_URL: fixture.aws.endpoint },
    } as unknown as ActionContext;
    const failure = await Promise.resolve()
      .then(() => run(readInputs(runner, inputs), context))
      .then(
        () => "",
        (error: { code?: string }) => `${error.code}: ${explain(error)}`,
      );
    return { failure, outputs, log, summary: summaries.join("\n") };
  }

  it("reads the inputs that it declares", () => {
    expect(Object.keys(inputs)).to.have.members(Object.keys(declared.inputs));
  });

  it("syncs any folder on its own, and sets every output that it declares", async () => {
    const source = fixture.folder(first);
    const { failure, outputs, log, summary } = await step({ source, prefix: "/docs", config: '{"a":1}' });
    expect(failure).to.equal("");
    expect(outputs).to.have.all.keys(Object.keys(declared.outputs));
    expect(outputs).to.deep.include({ changed: true, uploaded: 5, copied: 0, deleted: 0, unchanged: 0 });
    expect(Object.keys(await fixture.served())).to.deep.equal([
      ".s3-sync/docs/site.json",
      "docs/about.html",
      "docs/app-1a2b3c4d.js",
      "docs/config.json",
      "docs/index.html",
      "docs/robots.txt",
    ]);
    expect(log).to.include("write   robots.txt  8 B  (new)");
    expect(summary).to.match(/^### Site: 5 to write, 0 to delete, 0 unchanged/);
    const plan = JSON.parse(readFileSync(outputs["plan-file"] as string, "utf8"));
    expect(plan.puts[0]).to.deep.include({ key: "app-1a2b3c4d.js", phase: "assets", reason: "new" });
    const again = await step({ source, prefix: "docs/", config: '{ "a": 1 }' });
    expect(again.outputs).to.deep.include({ changed: false, uploaded: 0, unchanged: 5, requests: 2 });
    expect(again.log).to.include("nothing to do: 5 files in place");
  });

  it("deletes no more than it may", async () => {
    await step({ source: fixture.folder(first) });
    const source = fixture.folder({ "index.html": first["index.html"] });
    const { failure } = await step({ source, "max-delete": "1" });
    expect(failure).to.equal("TooManyDeletes: this sync would delete 2 files of the site, more than 1");
    expect(Object.keys(await fixture.served())).to.have.length(5);
  });

  it("publishes neither what is excluded nor what looks like a secret", async () => {
    const source = fixture.folder({ ...first, "app.js.map": "{}", ".env": "TOKEN=1", "img/.DS_Store": "" });
    const { failure } = await step({ source });
    expect(failure).to.equal('SecretFile: the site has files that look like secrets: ".env"');
    expect(await fixture.served()).to.deep.equal({});
    const given = { source, "state-bucket": "artifacts" };
    expect((await step({ ...given, exclude: ".env\n**/*.map\n**/.DS_Store" })).failure).to.equal("");
    expect(await fixture.served()).to.deep.equal(first);
    expect((await step({ ...given, "publish-anyway": ".env" })).failure).to.equal("");
    expect(await fixture.served()).to.include({ ".env": "TOKEN=1", "app.js.map": "{}" });
  });

  it("compresses ahead what it is told to", async () => {
    const source = join(directory, "compressed");
    mkdirSync(source);
    writeFileSync(join(source, "index.html"), "start");
    writeFileSync(join(source, "photo.jpg"), "photo");
    const { outputs, failure } = await step({ source, precompress: "br, gzip" });
    expect(failure).to.equal("");
    expect(outputs.uploaded).to.equal(4);
    expect(Object.keys(await fixture.served())).to.include.members(["index.html.br", "index.html.gz"]);
  });

  it("refuses a folder with a link that leaves it", async () => {
    const source = fixture.folder(first);
    mkdirSync(join(source, "links"));
    writeFileSync(join(directory, "secret.txt"), "secret");
    symlinkSync("../index.html", join(source, "links", "inside.html"));
    expect((await step({ source, "dry-run": "true" })).failure).to.equal("");
    symlinkSync(join(directory, "secret.txt"), join(source, "links", "outside.txt"));
    expect((await step({ source })).failure).to.match(/^SourceUnreadable: ".*outside.txt" is a link to/);
  });

  const wrong: [string, Record<string, string>, RegExp][] = [
    [
      "a folder that is not there",
      { source: "no-such-folder" },
      /^SourceUnreadable: could not read "no-such-folder"/,
    ],
    ["no source and no release", {}, /^InvalidInputs: input "source" is required where there is no release/],
    ["a config that is no JSON", { source: "x", config: "{" }, /input "config" must be JSON, not "\{"/],
    ["a prefix that climbs", { source: "x", prefix: "a/../b" }, /input "prefix" must be a folder of keys/],
    ["a limit that is no number", { source: "x", "max-delete": "few" }, /input "max-delete" must be a count/],
    [
      "a rule without a value",
      { source: "x", "cache-control": "**" },
      /input "cache-control" has a line without/,
    ],
    [
      "a region that is none",
      { source: "x", "aws-region": "Europe (Frankfurt)" },
      /input "aws-region" must be a region/,
    ],
    ["a handle that is none", { release: "r1" }, /input "release" is no attempt's handle: "r1"/],
  ];
  for (const [name, given, message] of wrong) {
    it(`refuses ${name}`, async () => expect((await step(given)).failure).to.match(message));
  }
});
