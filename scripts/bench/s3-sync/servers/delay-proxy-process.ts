// TCP with a longer way: `node delay-proxy-process.ts <target port> <round-trip ms>…`, one port for each round-trip time.
// What arrives is sent on half a round trip later, in either direction, in order; on a new connection nothing before
// the round trip that SYN and SYN-ACK take is over. Neither bandwidth nor TCP's slow start is limited, and there is no TLS.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** As much as one direction of a connection may have under way: beyond it the sender waits, as for a TCP window. */
const windowBytes = 4 * 1024 * 1024;

interface UnderWay {
  readonly at: number;
  /** null for the end of the stream. */
  readonly bytes: Buffer | null;
}

/** Sends what `from` says to `to`, `delayMs` later. */
function delay(from: Socket, to: Socket, delayMs: number, notBefore: number): void {
  const queue: UnderWay[] = [];
  let bytesUnderWay = 0;
  let isWaiting = false;
  const waitFor = (ms: number): void => {
    isWaiting = true;
    setTimeout(deliver, ms);
  };
  const deliver = (): void => {
    isWaiting = false;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const wait = next.at - performance.now();
      if (wait > 0.5) {
        waitFor(wait);
        return;
      }
      queue.shift();
      if (next.bytes === null) to.end();
      else {
        bytesUnderWay -= next.bytes.length;
        to.write(next.bytes);
      }
    }
    if (bytesUnderWay < windowBytes && !to.writableNeedDrain) from.resume();
  };
  const send = (bytes: Buffer | null): void => {
    queue.push({ at: Math.max(performance.now(), notBefore) + delayMs, bytes });
    bytesUnderWay += bytes?.length ?? 0;
    if (bytesUnderWay >= windowBytes) from.pause();
    if (!isWaiting) waitFor(Math.max(0, (queue[0] as UnderWay).at - performance.now()));
  };
  from.on("data", send);
  from.on("end", () => send(null));
  to.on("drain", () => from.resume());
}

function listen(target: number, roundTripMs: number): Promise<number> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const connected = performance.now() + roundTripMs;
    delay(client, upstream, roundTripMs / 2, connected);
    delay(upstream, client, roundTripMs / 2, connected);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => {
        if (one.errored || !one.readableEnded) other.destroy();
      });
    }
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

const [target = 0, ...roundTrips] = process.argv.slice(2).map(Number);
process.on("disconnect", () => process.exit());
process.send?.(await Promise.all(roundTrips.map((ms) => listen(target, ms))));
