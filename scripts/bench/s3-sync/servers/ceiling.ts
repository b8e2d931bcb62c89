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
  await warmUp(servers);
  const put = await measure(servers, "PUT", "measured");
  const get = await measure(servers, "GET", "measured");
  return {
    putsPerSecond: put.perSecond,
    getsPerSecond: get.perSecond,
    putMs: put.cpuMs,
    getMs: get.cpuMs,
  };
}

/** Lets V8 compile the stand-in: its first thousands of requests take twice as long as the later ones. */
export async function warmUp(servers: Servers): Promise<void> {
  await servers.provision("ceiling");
  await measure(servers, "PUT", "warm-up");
  await measure(servers, "GET", "warm-up");
}

async function measure(
  servers: Servers,
  method: "GET" | "PUT",
  folder: string,
): Promise<{ readonly perSecond: number; readonly cpuMs: number }> {
  const body = Buffer.alloc(10 * 1024, folder);
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
}
