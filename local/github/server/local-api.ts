import { Readable } from "node:stream";
import type { RefUpdate } from "./events/push-result.ts";
import { type Answer, ApiError, noContent, notFound, ok } from "./http/answer.ts";
import type { IncomingRequest } from "./http/http-server.ts";
import type { RequestFaults } from "./http/request-faults.ts";
import type { Hub } from "./hub.ts";
import { pushReport } from "./push-report.ts";
import { summarize } from "./run-summary.ts";

/**
 * What is no part of GitHub: how hooks, scripts and tests reach this server. Under `/_local/`; changing anything needs
 * the personal token, switching faults on does not.
 */
export class LocalApi {
  readonly #hub: Hub;
  readonly #faults: RequestFaults;

  constructor(hub: Hub, faults: RequestFaults) {
    this.#hub = hub;
    this.#faults = faults;
  }

  async answer(request: IncomingRequest): Promise<Answer> {
    const { hub, path, method } = { hub: this.#hub, ...request };
    const [, run, events] = /^\/_local\/runs\/(\d+)(\/events)?$/.exec(path) ?? [];
    if (method === "GET" && path === "/_local/hello") {
      this.#authenticate(request);
      return ok({ repository: hub.repository.identity.gitDirectory });
    }
    if (method === "POST" && path === "/_local/pushes") {
      this.#authenticate(request);
      return this.#receive(request);
    }
    if (method === "GET" && path === "/_local/runs") {
      return ok(hub.actions.runs.list().map((record) => summarize(hub, record)));
    }
    if (method === "GET" && run !== undefined) {
      const record = hub.actions.runs.get(Number(run));
      if (record === undefined) throw notFound();
      return events === undefined ? ok(summarize(hub, record)) : this.#events(request, record.head.id);
    }
    if (path === "/_local/faults") return this.#answerFaults(request);
    throw new ApiError(404, `Not Found: ${method} ${path} is not part of the local API`);
  }

  /** Acts on a push, and answers with what its pusher is to read; nothing, where the pusher shows the runs itself. */
  async #receive({ body, signal }: IncomingRequest): Promise<Answer> {
    const push = JSON.parse(body.toString("utf8")) as {
      readonly updates: readonly RefUpdate[];
      readonly quietly?: boolean;
      readonly locale?: Readonly<Record<string, string>>;
      readonly columns?: number;
    };
    checkUpdates(push.updates);
    const result = await this.#hub.actions.receive(push.updates);
    if (push.quietly) return { status: 200, text: "" };
    const report = pushReport(
      this.#hub,
      result,
      { locale: push.locale ?? {}, columns: push.columns },
      signal,
    );
    return {
      status: 200,
      headers: { "content-type": "text/plain; charset=utf-8" },
      stream: Readable.from(report),
    };
  }

  /** The events of a run as NDJSON: those so far, then each as it happens, until the run ends. */
  #events(request: IncomingRequest, id: number): Answer {
    const { runs } = this.#hub.actions;
    const events =
      request.query.get("follow") === "false" ? runs.events(id) : runs.follow(id, request.signal);
    const lines = async function* () {
      for await (const event of events) yield `${JSON.stringify(event)}\n`;
    };
    return {
      status: 200,
      headers: { "content-type": "application/x-ndjson" },
      stream: Readable.from(lines()),
    };
  }

  #answerFaults({ method, body }: IncomingRequest): Answer {
    if (method === "GET") return ok(this.#faults.list());
    if (method === "DELETE") {
      this.#faults.clear();
      return noContent;
    }
    if (method !== "POST") throw new ApiError(405, `${method} is not possible here`);
    try {
      this.#faults.add(JSON.parse(body.toString("utf8")) as Record<string, unknown>);
    } catch (error) {
      throw new ApiError(422, error instanceof Error ? error.message : String(error));
    }
    return ok(this.#faults.list());
  }

  #authenticate({ headers }: IncomingRequest): void {
    const token = /^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
    if (this.#hub.tokens.principal(token)?.kind !== "person") throw new ApiError(401, "Bad credentials");
  }
}

function checkUpdates(updates: readonly RefUpdate[]): void {
  const isId = (value: unknown): boolean => typeof value === "string" && /^[0-9a-f]{40}$/.test(value);
  if (!updates.every(({ before, after, ref }) => isId(before) && isId(after) && ref.startsWith("refs/"))) {
    throw new ApiError(422, "updates must be a list of { before, after, ref }");
  }
}
