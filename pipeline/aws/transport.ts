import http from "node:http";
import https from "node:https";

/** The most requests that are under way at once, each on a connection of its own. */
export const mostConnections = 256;

/** As many connections as the adaptive limit can use, kept open: the SDK's own agent stops at 50. */
export function transport() {
  const pool = { keepAlive: true, maxSockets: mostConnections };
  return {
    requestHandler: {
      httpAgent: new http.Agent(pool),
      httpsAgent: new https.Agent(pool),
      connectionTimeout: 10_000,
      requestTimeout: 120_000,
    },
    // Bodies from 2 MiB on would each open a connection of their own.
    expectContinueHeader: false,
  };
}
