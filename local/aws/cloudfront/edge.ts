import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { closeServer, listen, portOf } from "../listen.ts";
import { isCaching } from "./cache-policy.ts";
import type { Fetched } from "./compression.ts";
import { type Behavior, behaviorFor, originOf } from "./distribution.ts";
import { type Answer, errorOf, generated, isKnown, ofOneAnswer, send, setCookie } from "./edge-answers.ts";
import { askOrigin, originHeaders } from "./origin.ts";
import { type EdgeContext, ReadThrough } from "./read-through.ts";
import { type Asked, askedAs, eventOf, headersAs, headerValues } from "./viewer-event.ts";
import { FunctionError, type ViewerResponse } from "./viewer-function.ts";

export interface Edge {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly port: number;
  /** Once, however often it is called: by whoever started it, and by the service. */
  close(): Promise<void>;
}

/** One edge location of a distribution, with a cache of its own. */
export async function startEdge(id: string, port: number, context: EdgeContext): Promise<Edge> {
  const location = new EdgeLocation(id, context);
  const server = await listen(port, `distribution "${id}"`, (message, response) => {
    location.serve(message, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else send(response, { method: message.method ?? "GET" }, errorOf(502, error.message));
    });
  });
  let closing: Promise<void> | undefined;
  return {
    port: portOf(server),
    url: `http://127.0.0.1:${portOf(server)}`,
    close: () => {
      closing ??= closeServer(server);
      return closing;
    },
  };
}

class EdgeLocation {
  readonly #id: string;
  readonly #context: EdgeContext;
  readonly #reads: ReadThrough;

  constructor(id: string, context: EdgeContext) {
    this.#id = id;
    this.#context = context;
    this.#reads = new ReadThrough(context);
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { distribution } = this.#context;
    const viewer = askedBy(message);
    const behavior = behaviorFor(distribution, viewer.path);
    if (behavior.methods === "read" && !isRead(viewer)) {
      send(response, viewer, errorOf(403));
      return;
    }
    const asked = await this.#ask(viewer, behavior);
    if ("status" in asked) {
      send(response, viewer, asked);
      return;
    }
    if (isRead(asked) && isCaching(behavior.cache)) {
      const fetched = await this.#reads.read(asked, behavior);
      const shown = await this.#shown(fetched, asked, behavior);
      send(
        response,
        viewer,
        isKnown(viewer, shown) ? { ...shown, status: 304, body: Buffer.alloc(0) } : shown,
      );
      return;
    }
    await this.#pass(message, response, asked, behavior);
  }

  /** What the viewer asks, as a function has it, or the answer that a function gives itself. */
  async #ask(viewer: Asked, { onViewerRequest }: Behavior): Promise<Asked | Answer> {
    const { distribution } = this.#context;
    let asked = viewer;
    if (onViewerRequest !== undefined) {
      try {
        const given = await onViewerRequest.run(eventOf(this.#id, "viewer-request", viewer));
        if ("statusCode" in given) return generated(given);
        asked = askedAs(given, viewer);
      } catch (error) {
        if (error instanceof FunctionError) return errorOf(503);
        throw error;
      }
    }
    const root = distribution.defaultRootObject;
    return asked.path === "/" && root !== undefined ? { ...asked, path: `/${root}` } : asked;
  }

  /** What is never kept goes through as it comes: writes, and what the policy does not cache. */
  async #pass(
    message: IncomingMessage,
    response: ServerResponse,
    asked: Asked,
    behavior: Behavior,
  ): Promise<void> {
    const { clock, access, distribution } = this.#context;
    const accepted = behavior.forward === "nothing" ? [] : asked.headers["accept-encoding"];
    const headers = originHeaders(asked, behavior, [accepted ?? []].flat());
    const isQueryKept = behavior.cache.query || behavior.forward !== "nothing";
    const query = isQueryKept ? asked.query : "";
    const request = { method: asked.method, path: asked.path, query, headers };
    const reply = await askOrigin(originOf(distribution, behavior), request, access, clock.now(), message);
    const answer = { status: reply.statusCode ?? 502, headers: reply.headers, body: Buffer.alloc(0) };
    const shown = await this.#shown(answer, asked, behavior);
    if (shown.status !== answer.status) {
      reply.resume();
      send(response, asked, shown);
      return;
    }
    const cache = shown.status >= 400 ? "Error from cloudfront" : "Miss from cloudfront";
    response.writeHead(shown.status, { ...ofOneAnswer(shown.headers), "x-cache": cache });
    response.once("close", () => reply.destroy());
    pipeline(reply, response, () => {});
  }

  /** As a function has it; one that answers an error of the origin's is not run. */
  async #shown(answer: Answer, asked: Asked, { onViewerResponse }: Behavior): Promise<Answer> {
    if (onViewerResponse === undefined || answer.status >= 400) return answer;
    const { headers, status } = answer;
    const given = headerValues(headers as Fetched["headers"]);
    const event = eventOf(this.#id, "viewer-response", asked, { statusCode: status, headers: given });
    try {
      const shown = (await onViewerResponse.run(event)) as ViewerResponse;
      return { ...answer, status: shown.statusCode, headers: { ...headersAs(shown), ...setCookie(headers) } };
    } catch (error) {
      if (error instanceof FunctionError) return errorOf(503);
      throw error;
    }
  }
}

function askedBy({ method = "GET", url = "/", headers, socket }: IncomingMessage): Asked {
  const at = url.indexOf("?");
  return {
    method,
    path: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? "" : url.slice(at + 1),
    headers,
    ip: socket.remoteAddress ?? "127.0.0.1",
  };
}

const isRead = ({ method }: Pick<Asked, "method">): boolean => method === "GET" || method === "HEAD";
