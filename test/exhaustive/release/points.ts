import { join } from "node:path";
import { names } from "../../../local/provision/names.ts";
import type { Flow, Stage } from "./stage.ts";

/** One request that a flow makes, as it can be found again in the next run of the same flow. */
export interface Point {
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  /** Regular expression on the target: what differs from run to run is left open. */
  readonly pattern: string;
  /** How many requests that match came before it. */
  readonly after: number;
  readonly isWrite: boolean;
  /** Short and stable: for ids of cases. */
  readonly name: string;
}

const reading = /^(Get|List|Head|Describe|Retrieve|Request|Validate)/;

/** How many requests of the same kind are told apart where they only read: how often they are sent depends on speed. */
const readsToldApart = 2;

/** Runs a flow once, undisturbed, and lists every request that it made to AWS and GitHub. */
export async function recordPoints(stage: Stage, flow: Flow): Promise<readonly Point[]> {
  const logs = { aws: ".local/aws/requests.ndjson", github: ".local/github/requests.ndjson" } as const;
  const countOf = (file: string): number => linesOf(stage, file).length;
  const before = { aws: countOf(logs.aws), github: countOf(logs.github) };
  const run = await stage.ended(await stage.begin(flow));
  if (run.conclusion !== "success") throw new Error(`the ${flow} to record failed:\n${stage.logOf(run.id)}`);
  const aws = linesOf(stage, logs.aws).slice(before.aws) as unknown as AwsLine[];
  const github = linesOf(stage, logs.github).slice(before.github) as unknown as GitHubLine[];
  const seen = new Map<string, number>();
  return [...aws.flatMap(awsRequest), ...github.flatMap(githubRequest)].flatMap((request) => {
    const id = `${request.service} ${request.method} ${request.operation} ${request.pattern}`;
    const after = seen.get(id) ?? 0;
    seen.set(id, after + 1);
    if (!request.isWrite && after >= readsToldApart) return [];
    return [{ ...request, after, name: `${request.name}#${after + 1}` }];
  });
}

interface AwsLine {
  readonly service: string;
  readonly operation: string;
  readonly target: string;
  readonly method: string;
  readonly principal: string;
  readonly status: number;
}

interface GitHubLine {
  readonly method: string;
  readonly path: string;
  readonly by?: string;
}

type Request = Omit<Point, "after">;

function awsRequest({ service, operation, target, method, principal, status }: AwsLine): Request[] {
  if (service !== "sts" && !principal.includes(names.deployRole)) return [];
  const general = target
    .replace(/ledger\/\d{6}/, "ledger/*")
    .replace(/releases\/[^/]+/, "releases/*")
    .replace(/blobs\/[0-9a-f]{64}/, "blobs/*")
    .replace(/(assets\/[^/]+)-[\w-]{8}\./, "$1-*.");
  const short = general
    .replace(`${names.artifacts}/`, "")
    .replace(`environments/${names.environment}/`, "")
    .replace(`${names.site}/`, "site/")
    .replace(/^arn:.*$/, "");
  return [
    {
      service,
      operation,
      method,
      pattern: `^${general.split("*").map(literally).join("[^/]+")}$`,
      // What a precondition turns down changes nothing: there is no moment after its effect.
      isWrite: !reading.test(operation) && status !== 412,
      name: [operation, short].filter((part) => part !== "").join(" "),
    },
  ];
}

function githubRequest({ method, path, by }: GitHubLine): Request[] {
  const isToken = path.includes("/oidctoken");
  if (!isToken && !/^(?:job|run) .*(?:deploy|finish|rollback)$/.test(by ?? "")) return [];
  const [route = ""] = path.split("?");
  const general = route
    .replace(/compare\/.*/, "compare/*")
    .replace(/\/\d+(?=\/|$)/g, "/*")
    .replace(/commits\/[0-9a-f]+/, "commits/*");
  const short = general.replace(/^\/api\/v3\/repos\/[^/]+\/[^/]+\//, "").replace(/^\/_services\/.*\//, "");
  return [
    {
      service: "github",
      operation: short,
      method,
      pattern: `^${general.split("*").map(literally).join("[^/?]+")}(\\?|$)`,
      isWrite: method !== "GET" && method !== "HEAD",
      name: `${method} ${short}`,
    },
  ];
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function linesOf(stage: Stage, file: string): readonly Record<string, unknown>[] {
  return stage.laptop
    .read(join(file))
    .trim()
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
}
