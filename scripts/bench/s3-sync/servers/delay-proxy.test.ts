import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";

const roundTripMs = 100;

describe("the bench's delay", () => {
  let server: Server;
  let proxy: ChildProcess;
  let port = 0;
  const kept = new Agent({ keepAlive: true, maxSockets: 1 });
  const fresh = new Agent({ keepAlive: false });

  before(async () => {
    server = createServer((_, response) => response.end("x".repeat(100_000))).listen(0, "127.0.0.1");
    await once(server, "listening");
    const target = (server.address() as AddressInfo).port;
    const script = join(import.meta.dirname, "delay-proxy-process.ts");
    proxy = fork(script, [String(target), String(roundTripMs)], { env: { PATH: process.env.PATH } });
    const [ports] = (await once(proxy, "message")) as [number[]];
    port = ports[0] ?? 0;
  });
  after(async () => {
    kept.destroy();
    server.closeAllConnections();
    server.close();
    proxy.disconnect();
    await once(proxy, "exit");
  });

  /** How long the quickest request took, in whole round trips; asks on while it is more than wanted: the machine may be busy. */
  async function trips(agent: Agent, wanted: number): Promise<number> {
    const took: number[] = [];
    await until(async () => {
      const started = performance.now();
      const [response] = await once(get({ port, host: "127.0.0.1", agent }), "response");
      expect(await text(response)).to.have.length(100_000);
      took.push(Math.floor((performance.now() - started) / roundTripMs));
      return took.length > 3 && Math.min(...took) <= wanted;
    });
    return Math.min(...took);
  }

  it("costs one round trip for a connection and one for a request on it", async () => {
    expect(await trips(fresh, 2), "a request with its connection").to.equal(2);
    expect(await trips(kept, 1), "a request on a connection that is there").to.equal(1);
  });
});
