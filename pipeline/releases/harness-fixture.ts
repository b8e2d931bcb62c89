import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import {
  CreateApplicationCommand,
  CreateEnvironmentCommand,
  ElasticBeanstalkClient,
} from "@aws-sdk/client-elastic-beanstalk";
import { S3Client } from "@aws-sdk/client-s3";
import {
  type ElasticBeanstalk,
  elasticBeanstalk,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk.ts";
import { type AwsServer, startAws } from "../../local/aws/server.ts";
import { Ports } from "../../local/ports.ts";
import { Processes } from "../../local/processes.ts";
import { releaseId, writeManifest } from "../bundle/manifest.ts";
import type { WholeManifest } from "../bundle/whole-manifest-fixture.ts";
import { writeZip } from "../bundle/zip.ts";
import { type RecordedContext, recordedContext } from "../kit/context-fixture.ts";
import { sha256 } from "../kit/sha256.ts";
import type { ReleaseInputs } from "./inputs.ts";
import type { Store } from "./store/objects.ts";

export interface Built {
  readonly directory: string;
  readonly manifest: WholeManifest;
}

/** A bundle that has yet to be written. */
export interface NewBundle {
  readonly folder: string;
  readonly about: Pick<WholeManifest, "id" | "commit" | "committedAt">;
}

/** An account with S3, a site and Elastic Beanstalk, and bundles to release there. Each environment is used by one test. */
export interface Harness {
  readonly aws: AwsServer;
  readonly eb: ElasticBeanstalk;
  readonly store: Store;
  /** Ids of runs that GitHub says are over. */
  readonly over: Set<number>;
  bundle(
    name: string,
    options?: { readonly api?: string; readonly migrations?: WholeManifest["migrations"] },
  ): Promise<Built>;
  /** A folder and an identity for the next bundle; its commit comes after all those before. */
  next(name: string): NewBundle;
  inputs(changes?: Partial<ReleaseInputs>): ReleaseInputs;
  context(runId: number, runAttempt?: number): RecordedContext;
  get(url: string): Promise<string>;
  readonly siteUrl: string;
  readonly apiUrl: string;
  close(): Promise<void>;
}

/** A source bundle of an API that answers as a release's does; a `broken` one exits at start. */
export function apiZip(version: string, isBroken: boolean): Uint8Array {
  return writeZip([
    { name: "Procfile", mode: 0o644, content: Buffer.from("web: node server.mjs\n") },
    { name: "server.mjs", mode: 0o644, content: Buffer.from(server(version, isBroken)) },
  ]);
}

function server(version: string, isBroken: boolean): string {
  return `import http from "node:http";
${isBroken ? 'console.error("no such table"); process.exit(3);' : ""}
http.createServer((request, response) => {
  const origin = request.headers.origin;
  if (origin) response.setHeader("access-control-allow-origin", origin);
  if (request.method === "OPTIONS") return response.writeHead(204).end();
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ version: "${version}" }));
}).listen(process.env.PORT, "127.0.0.1");
`;
}

export async function startHarness(): Promise<Harness> {
  const directory = mkdtempSync(join(tmpdir(), "release-"));
  const processes = new Processes(join(directory, "processes.json"));
  const ports = new Ports(join(directory, "ports.json"));
  let aws: AwsServer;
  const port = await ports.allocate("aws");
  const eb = await elasticBeanstalk({
    directory: join(directory, "eb"),
    region: "us-east-1",
    accountId: "000000000000",
    instances: {
      processes,
      environment: { PATH: process.env.PATH ?? "", HOME: directory },
      instanceProfile: () => ({}),
      endpoint: `http://127.0.0.1:${port}`,
    },
    ports,
    s3: {
      readObject: async (bucket, key) => {
        const object = aws.readObject(bucket, key);
        if (!object) throw new Error("The specified key does not exist.");
        return buffer(object.body);
      },
    },
    timing: {
      healthIntervalMs: 50,
      deploymentIntervalMs: 20,
      environmentHealthMs: 50,
      crashesTolerated: 0,
      drainMs: 50,
      // Nothing here waits for it: a broken API exits.
      deploymentHealthMs: 60_000,
    },
  });
  aws = await startAws({
    directory,
    port,
    region: "us-east-1",
    accountId: "000000000000",
    services: [eb.service],
  });
  // Without a role the actions leave credentials to the SDK's own chain.
  process.env.AWS_ACCESS_KEY_ID = aws.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = aws.credentials.secretAccessKey;
  const root = { region: aws.region, endpoint: aws.endpoint, credentials: aws.credentials };
  aws.provisionBucket({ name: "artifacts" });
  aws.provisionBucket({
    name: "site",
    website: { IndexDocument: { Suffix: "index.html" } },
    policy: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::site/*" },
      ],
    },
    publicAccessBlock: null,
  });
  const website = await aws.startWebsite("site", 0);
  await eb.start();
  const client = new ElasticBeanstalkClient(root);
  await client.send(new CreateApplicationCommand({ ApplicationName: "udagram" }));
  await client.send(
    new CreateEnvironmentCommand({
      ApplicationName: "udagram",
      EnvironmentName: "udagram-api",
      OptionSettings: [
        { Namespace: "aws:elasticbeanstalk:command", OptionName: "DeploymentPolicy", Value: "Immutable" },
        { Namespace: "aws:autoscaling:asg", OptionName: "MinSize", Value: "1" },
      ],
    }),
  );
  client.destroy();
  const commits: string[] = [];
  const over = new Set<number>();
  const github = await startGitHub(commits, over);
  const s3 = new S3Client({ ...root, forcePathStyle: true });
  const siteUrl = website.url;
  const apiUrl = eb.url("udagram-api") ?? "";
  let bundles = 0;
  const next = (name: string): NewBundle => {
    bundles += 1;
    const commit = sha256(name).slice(0, 40);
    commits.push(commit);
    const committedAt = new Date(Date.UTC(2026, 10, 1, 8, bundles));
    const about = { id: releaseId(commit, committedAt), commit, committedAt: committedAt.toISOString() };
    return { folder: join(directory, `bundle-${bundles}`), about };
  };
  return {
    next,
    aws,
    eb,
    store: { s3, bucket: "artifacts" },
    over,
    siteUrl,
    apiUrl,
    bundle: async (name, { api = name, migrations = [] } = {}) => {
      const { folder, about } = next(name);
      const version = sha256(api).slice(0, 12);
      const zip = apiZip(version, api.includes("broken"));
      const page = `<!doctype html><title>${name}</title>`;
      const manifest: WholeManifest = {
        schema: 1,
        ...about,
        api: { version, sha256: sha256(zip), bytes: zip.length, node: ">=24" },
        site: {
          files: {
            "index.html": {
              sha256: sha256(page),
              bytes: page.length,
              contentType: "text/html; charset=utf-8",
              cacheControl: "no-cache",
            },
          },
        },
        migrations,
      };
      mkdirSync(join(folder, "site"), { recursive: true });
      mkdirSync(join(folder, "migrations"));
      writeFileSync(join(folder, "api.zip"), zip);
      writeFileSync(join(folder, "site", "index.html"), page);
      await writeManifest(folder, manifest);
      return { directory: folder, manifest };
    },
    inputs: (changes = {}) => ({
      operation: "begin",
      environment: "production",
      directory: "",
      "promoted-from": "",
      "goes-on-to": "",
      digest: "",
      attempt: "",
      "artifacts-bucket": "artifacts",
      "site-bucket": "site",
      config: `${JSON.stringify({ api: apiUrl })}\n`,
      "release-json": true,
      "site-url": siteUrl,
      "api-url": apiUrl,
      "api-path": "/api",
      "version-path": "",
      "health-path": "",
      routes: [{ path: "/api/v0/feed", status: 200, contentType: "application/json" }],
      "eb-application": "udagram",
      "eb-environment": "udagram-api",
      "database-url": "",
      "database-secret": "",
      "database-host": "",
      "database-port": "",
      "database-name": "",
      "database-ca": "",
      "allow-other-refs": false,
      "migration-env": [],
      "github-token": "token",
      "lock-wait-seconds": 30,
      "verify-timeout-seconds": 1,
      "keep-releases": 20,
      "release-id": "",
      "shares-bundle-with": "",
      "drop-tiers": [],
      lint: "error",
      "promotion-environment": "",
      "require-protection": false,
      reason: "",
      "aws-region": "us-east-1",
      "role-to-assume": "",
      ...changes,
    }),
    context: (runId, runAttempt = 1) =>
      recordedContext(
        {
          owner: "local",
          repository: "udagram",
          event: { repository: { default_branch: "main" } },
          actor: "ada",
          runId,
          runAttempt,
          workspace: directory,
          temp: directory,
          apiUrl: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
          url: `http://127.0.0.1/runs/${runId}`,
        },
        { env: { AWS_ENDPOINT_URL: aws.endpoint } },
      ),
    get: async (url) => (await fetch(url)).text(),
    close: async () => {
      s3.destroy();
      github.close();
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
      await eb.stop();
      await aws.close();
      await processes.endAll(500);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** As much of GitHub as these actions decide by: its commits, oldest first, and which runs are over. */
async function startGitHub(commits: readonly string[], over: ReadonlySet<number>): Promise<Server> {
  const github = createServer((request, response) => {
    const [, base, head] = /\/compare\/([0-9a-f]+)\.\.\.([0-9a-f]+)/.exec(request.url ?? "") ?? [];
    const [, runId] = /\/actions\/runs\/(\d+)$/.exec(request.url ?? "") ?? [];
    response.setHeader("content-type", "application/json");
    if (base !== undefined && head !== undefined) {
      const status = commits.indexOf(base) < commits.indexOf(head) ? "ahead" : "behind";
      response.end(JSON.stringify({ status }));
    } else if (runId !== undefined) {
      const status = over.has(Number(runId)) ? "completed" : "in_progress";
      response.end(JSON.stringify({ status, run_attempt: 1 }));
    } else if (request.url?.includes("/deployment-branch-policies")) {
      response.end(JSON.stringify({ total_count: 1, branch_policies: [{ name: "main", type: "branch" }] }));
    } else if (request.url?.includes("/environments/")) {
      const policy = { protected_branches: false, custom_branch_policies: true };
      response.end(JSON.stringify({ protection_rules: [], deployment_branch_policy: policy }));
    } else {
      response.writeHead(404).end('{"message":"Not Found"}');
    }
  });
  await new Promise<void>((resolve) => github.listen(0, "127.0.0.1", resolve));
  return github;
}
