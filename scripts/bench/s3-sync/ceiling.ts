import { randomBytes } from "node:crypto";
import { rawBytes, sendRaw } from "./raw-requests.ts";
import type { Servers } from "./servers.ts";

/** What the stand-in can do at most, in requests per second, asked by a loader that does nearly nothing else. */
export interface Ceiling {
  readonly putsPerSecond: number;
  readonly getsPerSecond: number;
  /** CPU time of the stand-in. */
  readonly putMs: number;
  readonly getMs: number;
}

const requests = 5000;
const connections = 32;

/** Writes and reads objects of 10 KiB, without added round-trip time. */
export async function measureCeiling(servers: Servers): Promise<Ceiling> {
  await servers.provision("ceiling");
  const body = randomBytes(10 * 1024);
  const measure = async (
    method: "GET" | "PUT",
    folder: string,
  ): Promise<{ perSecond: number; cpuMs: number }> => {
    const all = Array.from({ length: requests }, (_, index) =>
      rawBytes(servers, {
        method,
        path: `ceiling/${folder}/${index}`,
        ...(method === "PUT" ? { body } : {}),
      }),
    );
    const before = await servers.traffic();
    const started = performance.now();
    await sendRaw(servers, all, connections, (_, { status }) => {
      if (status !== 200) throw new Error(`the stand-in answered a ${method} with ${status}`);
    });
    const seconds = (performance.now() - started) / 1000;
    const after = await servers.traffic();
    return { perSecond: requests / seconds, cpuMs: (after.cpuMs - before.cpuMs) / requests };
  };
  // Once unmeasured: the first thousands of requests run while V8 still compiles.
  await measure("PUT", "warm-up");
  const put = await measure("PUT", "measured");
  await measure("GET", "warm-up");
  const get = await measure("GET", "measured");
  return {
    putsPerSecond: put.perSecond,
    getsPerSecond: get.perSecond,
    putMs: put.cpuMs,
    getMs: get.cpuMs,
  };
}
