import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import type { Context } from "./context.ts";
import { causeOf } from "./health/readiness.ts";
import { keepUp } from "./upkeep.ts";

const drainMs = 10_000;

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
export async function startService(context: Context): Promise<Service> {
  const { logger } = context;
  const stopping = new AbortController();
  const server = createServer(createApp(context));
  // Longer than nginx and load balancers keep their side of an idle connection (60 s), or they meet a closed one.
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 30_000;
  server.on("request", (_request, response) => {
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
      const closed = new Promise((resolve) => server.close(resolve));
      const overdue = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(overdue);
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
