import {
  DescribeEnvironmentResourcesCommand,
  DescribeEnvironmentsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { names } from "../../../local/provision/names.ts";
import { migrationKey } from "../../../pipeline/bundle/migration-names.ts";
import type { WholeManifest } from "../../../pipeline/bundle/whole-manifest-fixture.ts";
import { sha256 } from "../../../pipeline/kit/sha256.ts";
import type { Outcome } from "../../../pipeline/releases/store/entries.ts";
import { type EntryName, entryNames } from "../../../pipeline/releases/store/keys.ts";
import { type AttemptRecord, linkAttempt } from "../../../pipeline/releases/store/ledger.ts";
import { key, type Stage } from "./stage.ts";
import { databaseOf } from "./trigger.ts";

export interface Expected {
  /** A rollback leaves the environment frozen; nothing else may. */
  readonly mayBeFrozen: boolean;
  readonly mayBeLocked?: boolean;
  /** The Deployments page was itself what failed, so that it may be behind until the next attempt. */
  readonly mayMisreport: boolean;
  /** The releases that there are. */
  readonly releases: readonly WholeManifest[];
  /** Tables that have the column "pair" exactly when this migration is applied. */
  readonly columns: Readonly<Record<string, string>>;
}

/** Every promise about what is live that is broken now; [] when it is one whole release and everything says so. */
export async function brokenPromises(stage: Stage, expected: Expected): Promise<readonly string[]> {
  const live = await stage.live();
  const manifest = expected.releases.find(({ id }) => id === live.releaseId);
  if (manifest === undefined) return [`live.json names "${live.releaseId}", which is no known release`];
  const parts = await Promise.all([
    ledger(stage),
    site(stage, manifest),
    api(stage, manifest),
    schema(stage, manifest, expected),
    leftovers(stage, expected),
    expected.mayMisreport ? [] : deployments(stage, manifest),
  ]);
  return parts.flat();
}

/** The newest attempts as the ledger has them, newest first; throws when their chain is broken. */
export async function newestAttempts(stage: Stage, count: number): Promise<readonly AttemptRecord[]> {
  const seqs = await seqsOf(stage);
  const attempts: AttemptRecord[] = [];
  for (const seq of seqs.slice(-count).reverse()) {
    const texts: { name: EntryName; text: string }[] = [];
    for (const name of entryNames) {
      const text = await stage.read(key(`ledger/${String(seq).padStart(6, "0")}/${name}.json`));
      if (text !== undefined) texts.push({ name, text });
    }
    attempts.push(linkAttempt(names.environment, seq, texts));
  }
  return attempts;
}

async function seqsOf(stage: Stage): Promise<readonly number[]> {
  const Prefix = key("ledger/");
  const list = new ListObjectsV2Command({ Bucket: names.artifacts, Prefix, Delimiter: "/" });
  const { CommonPrefixes = [] } = await stage.s3.send(list);
  return CommonPrefixes.map((common) => Number(common.Prefix?.slice(Prefix.length, -1))).sort(
    (a, b) => a - b,
  );
}

async function ledger(stage: Stage): Promise<string[]> {
  const attempts = await newestAttempts(stage, 8);
  const live = await stage.live();
  const broken = attempts.flatMap((attempt, index) => {
    const before = attempts[index + 1];
    return before && attempt.begin.previous !== before.tail
      ? [`attempt ${attempt.seq} does not follow on attempt ${before.seq}`]
      : [];
  });
  const [newest] = attempts;
  if (newest?.end === undefined) broken.push(`attempt ${newest?.seq} has no end`);
  const whole: readonly Outcome[] = ["live", "put-back", "unchanged"];
  if (newest?.end && !whole.includes(newest.end.outcome)) {
    broken.push(`attempt ${newest.seq} ended ${newest.end.outcome}: ${newest.end.reason}`);
  }
  const lastLive = attempts.find(({ end }) => end?.outcome === "live");
  if (lastLive && (lastLive.seq !== live.seq || lastLive.begin.releaseId !== live.releaseId)) {
    broken.push(`live.json names attempt ${live.seq}, the ledger says ${lastLive.seq}`);
  }
  if (newest?.end && newest.end.liveReleaseId !== live.releaseId) {
    broken.push(`the newest end says that ${newest.end.liveReleaseId} is live`);
  }
  return broken;
}

/** Every file of the release is served with its bytes and headers, and the site says which release it is. */
async function site(stage: Stage, manifest: WholeManifest): Promise<string[]> {
  const base = stage.stack.state.site;
  const files = Object.entries(manifest.site.files).map(async ([name, file]) => {
    const answer = await fetch(`${base}/${name}`);
    const got = {
      status: answer.status,
      sha256: sha256(new Uint8Array(await answer.arrayBuffer())),
      contentType: answer.headers.get("content-type"),
      cacheControl: answer.headers.get("cache-control"),
    };
    const { sha256: hash, contentType, cacheControl } = file;
    const wanted = { status: 200, sha256: hash, contentType, cacheControl };
    const isRight = JSON.stringify(got) === JSON.stringify(wanted);
    return isRight ? [] : [`/${name} of the site is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`];
  });
  const release = (await (await fetch(`${base}/release.json`)).json()) as { id: string };
  const wrong = release.id === manifest.id ? [] : [`the site says that it is ${release.id}`];
  const config = (await (await fetch(`${base}/config.json`)).json()) as { api: string };
  if (config.api !== stage.stack.state.api) wrong.push(`config.json names the API ${config.api}`);
  return [...wrong, ...(await Promise.all(files)).flat()];
}

async function api(stage: Stage, manifest: WholeManifest): Promise<string[]> {
  const wanted = manifest.api.version;
  const environment = { EnvironmentName: names.beanstalk };
  const [{ Environments = [] }, { EnvironmentResources }] = await Promise.all([
    stage.eb.send(
      new DescribeEnvironmentsCommand({ EnvironmentNames: [names.beanstalk], IncludeDeleted: false }),
    ),
    stage.eb.send(new DescribeEnvironmentResourcesCommand(environment)),
  ]);
  const [{ VersionLabel, Status } = {}] = Environments;
  const broken: string[] = [];
  if (VersionLabel !== wanted) broken.push(`the API's version label is "${VersionLabel}", not "${wanted}"`);
  if (Status !== "Ready") broken.push(`the API's environment is ${Status}`);
  const instances = EnvironmentResources?.Instances?.length;
  if (instances !== 2) broken.push(`the API has ${instances} instances`);
  return [...broken, ...(await apiAnswers(stage, manifest))];
}

/** What of the live system visitors do not get as the release: site and API by their addresses alone. */
export async function servedParts(stage: Stage, manifest: WholeManifest): Promise<readonly string[]> {
  return (await Promise.all([site(stage, manifest), apiAnswers(stage, manifest)])).flat();
}

async function apiAnswers(stage: Stage, manifest: WholeManifest): Promise<string[]> {
  const wanted = manifest.api.version;
  const broken: string[] = [];
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => fetch(`${stage.stack.state.api}/version`)),
  );
  for (const answer of answers) {
    const { version } = (await answer.json()) as { version: string };
    if (version !== wanted) broken.push(`/version answers "${version}", not "${wanted}"`);
  }
  return broken;
}

/** What the release needs is applied; what is on record is what the tables have. */
async function schema(
  stage: Stage,
  manifest: WholeManifest,
  { columns: wanted }: Expected,
): Promise<string[]> {
  const client = await databaseOf(stage);
  try {
    const meta = await client.query<{ name: string }>('SELECT name FROM "SequelizeMeta"');
    const applied = new Set(meta.rows.map(({ name }) => name.replace(/\.[cm]?[jt]s$/, "")));
    const columns = await client.query<{ table_name: string }>(
      "SELECT table_name FROM information_schema.columns WHERE column_name = 'pair'",
    );
    const tables = new Set(columns.rows.map((row) => row.table_name));
    const missing = manifest.migrations.filter((migration) => !applied.has(migrationKey(migration)));
    const untrue = Object.entries(wanted).filter(([table, name]) => tables.has(table) !== applied.has(name));
    return [
      ...missing.map(({ name }) => `migration ${name} is not applied`),
      ...untrue.map(([table, name]) => `the record of ${name} is not what table ${table} has`),
    ];
  } finally {
    await client.end();
  }
}

async function leftovers(stage: Stage, { mayBeFrozen, mayBeLocked }: Expected): Promise<string[]> {
  const broken: string[] = [];
  const lock = await stage.read(key("lock.json"));
  if (lock !== undefined && !mayBeLocked) broken.push(`a lock is left: ${lock}`);
  const freeze = await stage.read(key("freeze.json"));
  if (freeze !== undefined && !mayBeFrozen) broken.push(`a freeze is left: ${freeze}`);
  return broken;
}

interface Shown {
  readonly id: number;
  readonly payload: string | { readonly release?: string; readonly attempt?: string };
}

/** The newest deployments of the environment on GitHub, with their states. */
async function shownDeployments(stage: Stage) {
  const { api: base, repository, token } = stage.stack.state.github;
  const get = async <Answer>(path: string): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await (await fetch(`${base}/repos/${repository}${path}`, { headers })).json()) as Answer;
  };
  const recent = await get<Shown[]>(`/deployments?environment=${names.environment}&per_page=8`);
  return Promise.all(
    recent.map(async ({ id, payload }) => {
      const statuses = await get<{ state: string }[]>(`/deployments/${id}/statuses?per_page=1`);
      const parsed =
        typeof payload === "string" ? (JSON.parse(payload) as Exclude<Shown["payload"], string>) : payload;
      return { id, release: parsed.release, attempt: parsed.attempt, state: statuses[0]?.state ?? "none" };
    }),
  );
}

/** The states on GitHub of the deployments of one attempt. */
export async function shownStates(stage: Stage, seq: number): Promise<readonly string[]> {
  const handle = `/ledger/${String(seq).padStart(6, "0")}`;
  const shown = await shownDeployments(stage);
  return shown.filter(({ attempt }) => attempt?.endsWith(handle)).map(({ state }) => state);
}

/** One deployment of the environment is active, that of the live release; none is still in progress. */
async function deployments(stage: Stage, manifest: WholeManifest): Promise<string[]> {
  const shown = await shownDeployments(stage);
  const open = shown.filter(({ state }) => ["in_progress", "queued", "pending", "none"].includes(state));
  const active = shown.filter(({ state }) => state === "success");
  const broken = open.map(({ id, state }) => `deployment ${id} on GitHub is ${state}`);
  if (active.length !== 1 || active[0]?.release !== manifest.id) {
    const what = active.map(({ id, release }) => `${id} of ${release}`).join(", ") || "none";
    broken.push(`GitHub shows as active: ${what}; live is ${manifest.id}`);
  }
  return broken;
}
