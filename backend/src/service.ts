import { createServer, type Server } from "node:http";
import { type AddressInfo, Server as NetServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import type { Context } from "./context.ts";
import { causeOf } from "./health/readiness.ts";
import { answerClientError, requiringHost } from "./http/client-errors.ts";
import { keepUp } from "./upkeep.ts";

const drainMs = 10_000;

export interface Patience {
  /** For how long kept connections may still bring a request after the stop; its answer closes them. */
  readonly idleGraceMs: number;
  /** For a whole request to arrive. */
  readonly requestTimeoutMs: number;
}

export interface Service {
  /** The port it listens on: that of the configuration, or the one chosen when that is 0. */
  readonly port: number;
  /** Stops accepting, lets running requests end, closes the pool. */
  stop(): Promise<void>;
}

/**
 * Listens first, so that whoever watches gets an answer that says what is missing, then connects to the database until it
 * succeeds. Rejects when it cannot listen.
 */
export async function startService(
  context: Context,
  { idleGraceMs = 2_000, requestTimeoutMs = 30_000 }: Partial<Patience> = {},
): Promise<Service> {
  const { logger } = context;
  const stopping = new AbortController();
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      // Node looks at the times of requests now and then only, by itself every 30 s.
      connectionsCheckingInterval: Math.min(5_000, requestTimeoutMs),
      requireHostHeader: false,
    },
    requiringHost(createApp(context)),
  );
  server.on("clientError", answerClientError);
  // Longer than nginx and load balancers keep their side of an idle connection (60 s), or they meet a closed one.
  server.keepAliveTimeout = 65_000;
  // Ahead of the application, which may have answered when it returns.
  server.prependListener("request", (_request, response) => {
    if (stopping.signal.aborted) response.setHeader("Connection", "close");
    // A request that was running when the stop came has promised to keep its connection; nothing else would close it.
    response.once("close", () => {
      if (stopping.signal.aborted) setImmediate(() => server.closeIdleConnections());
    });
  });
  await listen(server, context.config);
  const { port } = server.address() as AddressInfo;
  logger.info({ port, version: context.version }, "listening");
  const background = connect(context, stopping.signal).then(() => keepUp(context, stopping.signal));

  return {
    port,
    async stop() {
      stopping.abort();
      // As `server.close`, but it leaves kept connections alone: a request may be on its way on one of them.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      const graceOver = setTimeout(() => server.closeIdleConnections(), idleGraceMs);
      const overdue = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(graceOver);
      clearTimeout(overdue);
      server.close(() => {});
      await background;
      await Promise.race([context.database.close(), sleep(2_000, undefined, { ref: false })]);
      logger.info("stopped");
    },
  };
}

async function listen(server: Server, { host, port }: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Says once per cause why the database cannot be reached, and once that it can. */
async function connect({ database, logger }: Context, signal: AbortSignal): Promise<void> {
  let last = "";
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await database.sequelize.query("SELECT 1");
      logger.info("connected to the database");
      return;
    } catch (error) {
      const cause = causeOf(error);
      if (cause !== last) logger.warn({ cause }, "the database is not reachable; trying again until it is");
      last = cause;
      await sleep(Math.min(200 * 1.5 ** attempt, 5_000), undefined, { signal }).catch(() => {});
    }
  }
}
