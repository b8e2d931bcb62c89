// How people take an app of two folders live without a pipeline: a bundle and a site built on their machine, uploaded by commands of AWS.
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import {
  CreateApplicationVersionCommand,
  CreateStorageLocationCommand,
  DescribeEnvironmentsCommand,
  ElasticBeanstalkClient,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { accountNames } from "../../local/provision/names.ts";
import type { State } from "../../local/state.ts";
import { writeZip } from "../../pipeline/bundle/zip.ts";
import { until } from "../until.ts";

/** What another tool, and people in a hurry, have left in the bucket of the site, by key. */
export const leftovers: Readonly<Record<string, string>> = {
  "assets/index-0ld0ld00.js": "console.log('of a release that nobody remembers')\n",
  "backup/index.html.bak": "<!doctype html><title>before</title>\n",
  ".circleci/last-deploy.txt": "2022-08-15T09:30:15Z by circleci\n",
  "press/udagram-logo.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
};

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "application/javascript",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
};

export interface LiveByHand {
  /** Its application version, as `eb deploy` names one. */
  readonly label: string;
  /** Where its source bundle is. */
  readonly bundle: { readonly bucket: string; readonly key: string };
  /** Bucket of the site, and the keys that were uploaded, those of other tools included. */
  readonly site: string;
  readonly keys: readonly string[];
}

/** Builds both folders of a working copy, uploads them, and fills the database by the API's own routes. Nothing is pushed. */
export async function takeLiveByHand(state: State, name: string, folder: string): Promise<LiveByHand> {
  const { endpoint, region, accessKeyId, secretAccessKey } = state.aws;
  const account = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const { local: place } = accountNames(name);
  const workshop = mkdtempSync(join(tmpdir(), "udagram-by-hand-"));
  const eb = new ElasticBeanstalkClient(account);
  const s3 = new S3Client({ ...account, forcePathStyle: true });
  try {
    cpSync(folder, workshop, { recursive: true });
    for (const part of ["udagram-api", "udagram-frontend"]) build(join(workshop, part));
    const label = "app-220815_093015123456";
    const { S3Bucket: bucket = "" } = await eb.send(new CreateStorageLocationCommand({}));
    const bundle = { bucket, key: `${place.application}/${label}.zip` };
    const archive = archiveOf(join(workshop, "udagram-api"));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: bundle.key, Body: archive }));
    await deploy(eb, place, label, bundle);
    const site = filesBelow(join(workshop, "udagram-frontend/www"));
    const objects = { ...leftovers, ...site };
    for (const [Key, Body] of Object.entries(objects)) {
      const ContentType = types[extname(Key)] ?? "binary/octet-stream";
      await s3.send(new PutObjectCommand({ Bucket: place.site, Key, Body, ContentType }));
    }
    await populate(state.api);
    return { label, bundle, site: place.site, keys: Object.keys(objects).sort() };
  } finally {
    eb.destroy();
    s3.destroy();
    rmSync(workshop, { recursive: true, force: true });
  }
}

function build(folder: string): void {
  for (const command of ["ci --no-audit --no-fund --loglevel=error", "run build"]) {
    execFileSync("npm", command.split(" "), { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  }
}

/** Without its packages: Elastic Beanstalk installs them. */
function archiveOf(folder: string): Uint8Array {
  const files = filesBelow(folder, ["package.json", "package-lock.json", "Procfile", ".ebextensions/*", "www/**"]);
  return writeZip(Object.entries(files).map(([path, content]) => ({ name: path, mode: 0o644, content })));
}

function filesBelow(folder: string, patterns: readonly string[] = ["**"]): Record<string, Buffer> {
  const paths = globSync([...patterns], { cwd: folder, withFileTypes: true }).filter((one) => one.isFile());
  const files = paths.map((one) => join(one.parentPath, one.name));
  return Object.fromEntries(files.sort().map((file) => [file.slice(folder.length + 1), readFileSync(file)]));
}

async function deploy(
  eb: ElasticBeanstalkClient,
  place: { readonly application: string; readonly beanstalk: string },
  label: string,
  { bucket, key }: LiveByHand["bundle"],
): Promise<void> {
  await eb.send(
    new CreateApplicationVersionCommand({
      ApplicationName: place.application,
      VersionLabel: label,
      SourceBundle: { S3Bucket: bucket, S3Key: key },
    }),
  );
  await eb.send(new UpdateEnvironmentCommand({ EnvironmentName: place.beanstalk, VersionLabel: label }));
  await until(async () => {
    const { Environments: [environment] = [] } = await eb.send(
      new DescribeEnvironmentsCommand({ EnvironmentNames: [place.beanstalk] }),
    );
    return environment?.Status === "Ready" && environment.Health === "Green" && environment.VersionLabel === label;
  }, 300);
}

/** Users and posts of those who are there already. */
async function populate(api: string): Promise<void> {
  const post = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(`${api}/api/v0${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201 && answer.status !== 422)
      throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
  };
  for (const who of ["ana", "bo", "cy"]) {
    await post("/users/auth", { email: `${who}@example.com`, password: `the secret of ${who}` });
    await post("/feed", { caption: `The cat of ${who}`, url: `https://images.example.com/${who}.jpg` });
  }
}
