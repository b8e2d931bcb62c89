import type { IncomingMessage, ServerResponse } from "node:http";
import type { ActiveFaults } from "./faults/active-faults.ts";
import type { RequestLog } from "./request-log.ts";
import { type AwsService, readBody, type ServiceFaults } from "./service.ts";

export const adminPrefix = "/_local/";

/**
 * The switches of the stand-in itself, unsigned: `/_local/faults` (GET lists, POST adds one rule or a list of them, DELETE
 * clears, or removes `/_local/faults/<id>`), `/_local/<service>/faults` for those that one service alone has, and
 * `/_local/requests` (GET counts by operation, DELETE starts over).
 */
export async function answerAdmin(
  message: IncomingMessage,
  response: ServerResponse,
  context: AdminContext,
): Promise<void> {
  const { status, value } = await reply(message, context);
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(value, null, 2)}\n`);
}

interface AdminContext {
  readonly faults: ActiveFaults;
  readonly requests: RequestLog;
  readonly services: ReadonlyMap<string, AwsService>;
}

interface Reply {
  readonly status: number;
  readonly value: unknown;
}

async function reply(message: IncomingMessage, { faults, requests, services }: AdminContext): Promise<Reply> {
  if (!isLocal(message)) return refuse(403, "only programs on this machine may use these addresses");
  const [path = ""] = (message.url ?? "").split("?");
  const [resource, id, ...rest] = path.slice(adminPrefix.length).split("/");
  const { method } = message;
  const own = id === "faults" ? services.get(resource ?? "")?.faults : undefined;
  const switched = resource === "faults" && id === undefined ? faults : own;
  if (rest.length === 0 && switched !== undefined) {
    if (method === "POST") return addFaults(message, switched);
    if (method === "DELETE") switched.clear();
    if (method === "GET" || method === "DELETE") return { status: 200, value: switched.list() };
  }
  if (rest.length === 0 && resource === "faults" && method === "DELETE") {
    return faults.remove(Number(id))
      ? { status: 200, value: faults.list() }
      : refuse(404, `there is no fault "${id}"`);
  }
  if (resource === "requests" && id === undefined) {
    if (method === "DELETE") requests.resetCounts();
    if (method === "GET" || method === "DELETE") return { status: 200, value: requests.counts() };
  }
  return refuse(
    404,
    `${method} ${path} is unknown; there are /_local/faults, /_local/<service>/faults and /_local/requests`,
  );
}

async function addFaults(message: IncomingMessage, faults: ActiveFaults | ServiceFaults): Promise<Reply> {
  try {
    const rules = JSON.parse((await readBody(message)).toString("utf8")) as unknown;
    return { status: 200, value: [rules].flat().map((rule) => faults.add(rule)) };
  } catch (error) {
    return refuse(400, (error as Error).message);
  }
}

function refuse(status: number, error: string): Reply {
  return { status, value: { error } };
}

/** Keeps web pages out: a browser sends Origin, or a host name that was made to point here. */
function isLocal({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? "").replace(/:\d+$/, "");
  return headers.origin === undefined && ["127.0.0.1", "localhost", "[::1]"].includes(host);
}
