import { availableParallelism } from "node:os";
import { git } from "../kit/git.ts";
import type { Load, Seen } from "./api-load.ts";
import { type Servers, withServers } from "./api-servers.ts";
import { median } from "./median.ts";

const rounds = 3;
const posts = 1000;
const photo = Buffer.from("89504e470d0a1a0a", "hex");
const user = { email: "bench@example.com", password: "correct horse battery staple" };

type Request = Omit<Load, "ports"> & { readonly name: string };

/** One request at a number of instances: what each round saw, both servers in turn. */
interface Cell {
  readonly name: string;
  readonly instances: number;
  readonly bare: readonly Seen[];
  readonly api: readonly Seen[];
  /** How much of one core this process took meanwhile, which is the S3 stand-in, while the API was measured. */
  readonly standInLoad: number;
}

/** Requests per second and p99 of the API beside a bare Express 5 and pg server that sends the same bytes. */
export async function benchApi(): Promise<string> {
  const cells = await withServers(async (servers) => {
    const { token, upload } = await prepare(servers);
    const bare = await servers.startBare(token);
    const requests = requestsOf(token, upload);
    for (const request of requests) await compareAnswers(request, servers.api, bare);
    const measured: Cell[] = [];
    for (const request of requests) {
      for (const instances of [1, 2]) measured.push(await measure(servers, bare, request, instances));
    }
    return measured;
  });
  const commit = git("rev-parse", "--short", "HEAD");
  const generator = Math.max(
    ...cells.flatMap(({ bare, api }) => [...bare, ...api]).map((s) => s.generatorLoad),
  );
  const standIn = Math.max(...cells.map(({ standInLoad }) => standInLoad));
  const percent = (part: number): string => `${(100 * part).toFixed(0)} %`;
  return [
    `${new Date().toISOString().slice(0, 10)}, commit ${commit}, Node ${process.versions.node}, ${availableParallelism()} cores, ` +
      `medians of ${rounds} rounds, in each the two servers in turn; ${posts} posts to begin with. Servers, PostgreSQL, the S3 ` +
      "stand-in and the load generator share the cores, so two instances cannot do twice as much; the load generator " +
      `took ${percent(generator)} of a core at most. Ratios are the API's figure through the bare server's of the same round.`,
    "",
    "| request | instances | bare req/s | API req/s | ratio (rounds) | bare p99 | API p99 | ratio (rounds) |",
    "|---|---|---|---|---|---|---|---|",
    ...cells.map(row),
    "",
    "Reads of the API that ask the same at once share a query, as visitors of one feed do; in the row of which no two are alike none does.",
    "Targets, for the feed: 0.70 of the requests per second or more, 1.5 of the p99 or less. The bare server has no log, no",
    "security headers, no limits. A login of either computes the same scrypt hash, which is nearly all of it, and is made by 4",
    "clients rather than 32; its p99 is the slowest of about ten. A post of the API also checks the token, and asks S3",
    `for the size of the photo; the bare one is a single INSERT. The S3 stand-in took ${percent(standIn)} of a core at that.`,
  ].join("\n");
}

function requestsOf(token: string, upload: string): Request[] {
  const timing = { concurrency: 32, warmUpMs: 500, measureMs: 2200 };
  const json = { "content-type": "application/json" };
  const get = { method: "GET", headers: {}, body: "", status: 200, ...timing };
  return [
    { name: "feed, 100 posts", path: "/api/v0/feed", ...get },
    { name: "feed, the site's 12", path: "/api/v0/feed?limit=12", ...get },
    { name: "feed, 12, no two alike", path: "/api/v0/feed?limit=12&cursor={n}", ...get },
    {
      name: "login",
      method: "POST",
      path: "/api/v0/users/auth/login",
      headers: json,
      body: JSON.stringify(user),
      status: 200,
      ...timing,
      concurrency: 4,
    },
    // Last, since the feed grows with it.
    {
      name: "post",
      method: "POST",
      path: "/api/v0/feed",
      headers: { ...json, authorization: `Bearer ${token}` },
      body: JSON.stringify({ caption: "A caption of some words", url: "photo.png", upload }),
      status: 201,
      ...timing,
    },
  ];
}

/** A user, a photo that has arrived, and a feed; by the API's own requests where it has one. */
async function prepare({ api, database }: Servers): Promise<{ token: string; upload: string }> {
  const base = `http://127.0.0.1:${api[0]}/api/v0`;
  const { token = "" } = await said(`${base}/users/auth`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(user),
  });
  const { url = "", upload = "" } = await said(
    `${base}/feed/signed-url/photo.png?type=image/png&size=${photo.length}`,
    { headers: { authorization: `Bearer ${token}` } },
  );
  await said(url, { method: "PUT", body: photo, headers: { "content-type": "image/png" } });
  await database.query(
    `INSERT INTO "FeedItems" ("caption", "url", "owner", "createdAt", "updatedAt")
      SELECT 'A caption of some words, number ' || n, 'users/bench/' || n || '.png', $1, now(), now()
      FROM generate_series(1, $2::int) AS n`,
    [user.email, posts],
  );
  await database.query("ANALYZE");
  return { token, upload };
}

/** The members of a JSON answer, none of an empty one. */
async function said(url: string, options: RequestInit): Promise<Partial<Record<string, string>>> {
  const response = await fetch(url, options);
  const text = await response.text();
  if (!response.ok) throw new Error(`${options.method ?? "GET"} ${url}: ${response.status} ${text}`);
  return text === "" ? {} : JSON.parse(text);
}

/** Two servers are only worth comparing where they say the same: to the byte for the feed, else but for ids, times, tokens. */
async function compareAnswers(
  request: Request,
  api: readonly number[],
  bare: readonly number[],
): Promise<void> {
  const { method, headers, body } = request;
  const path = request.path.replace("{n}", "700");
  const answerOf = async (port: number | undefined): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers,
      ...(method === "GET" ? {} : { body }),
    });
    const text = await response.text();
    return `${response.status} ${method === "GET" ? text : text.replace(/"token":"[^"]+"|\d+|T[\d:.]+Z/g, "")}`;
  };
  const [ours, theirs] = [await answerOf(api[0]), await answerOf(bare[0])];
  if (ours !== theirs) throw new Error(`${request.name}: the API says\n${ours}\nthe bare server\n${theirs}`);
}

async function measure(
  servers: Servers,
  bare: readonly number[],
  request: Request,
  instances: number,
): Promise<Cell> {
  const seen = { bare: [] as Seen[], api: [] as Seen[] };
  const standIn: number[] = [];
  const once = async (ports: readonly number[]): Promise<Seen> => {
    const load: Load = { ...request, ports: ports.slice(0, instances) };
    return JSON.parse(await servers.run("api-load.ts", JSON.stringify(load))) as Seen;
  };
  for (let round = 0; round < rounds; round += 1) {
    seen.bare.push(await once(bare));
    const started = performance.now();
    const before = process.cpuUsage();
    seen.api.push(await once(servers.api));
    const { user, system } = process.cpuUsage(before);
    standIn.push((user + system) / 1000 / (performance.now() - started));
  }
  return { name: request.name, instances, ...seen, standInLoad: median(standIn) };
}

function row({ name, instances, bare, api }: Cell): string {
  const speed = (seen: readonly Seen[]): string => {
    const value = median(seen.map(({ perSecond }) => perSecond));
    return value.toFixed(value < 100 ? 1 : 0);
  };
  const p99 = (seen: readonly Seen[]): string => `${median(seen.map(({ p99Ms }) => p99Ms)).toFixed(1)} ms`;
  const ratio = (of: (seen: Seen) => number): string => {
    const ratios = api.map((seen, round) => of(seen) / of(bare[round] as Seen));
    return `**${median(ratios).toFixed(2)}** (${ratios.map((value) => value.toFixed(2)).join(", ")})`;
  };
  const fields = [
    name,
    instances,
    speed(bare),
    speed(api),
    ratio(({ perSecond }) => perSecond),
    p99(bare),
    p99(api),
    ratio(({ p99Ms }) => p99Ms),
  ];
  return `| ${fields.join(" | ")} |`;
}
