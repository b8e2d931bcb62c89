import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { converse } from "./conversation.ts";
import { errorResponse, frame, int32, readyForQuery, text, textAt } from "./frames.ts";
import type { Traffic } from "./traffic.ts";

/** What a program needs to connect: no name and no password of the server's. */
export interface RelayAddress {
  readonly port: number;
  readonly token: string;
}

const protocol3 = 196_608;
const tlsRequest = 80_877_103;

/**
 * A PostgreSQL server on the loopback for one program: whoever has the token speaks in sessions that this process owns, as long as there
 * is traffic for them.
 */
export class Relay {
  /** What becomes of statements now; undefined: none is taken. */
  traffic: Traffic | undefined;
  readonly #server: Server;
  readonly #token = randomBytes(32).toString("hex");
  readonly #parameters: ReadonlyMap<string, string>;
  readonly #open = new Set<Socket>();
  #count = 0;

  private constructor(parameters: ReadonlyMap<string, string>) {
    this.#parameters = parameters;
    this.#server = createServer((socket) => this.#greet(socket));
  }

  /** `parameters` is what the server says of itself to whoever connects. */
  static async listen(parameters: ReadonlyMap<string, string>): Promise<Relay> {
    const relay = new Relay(parameters);
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  get address(): RelayAddress {
    return { port: (this.#server.address() as AddressInfo).port, token: this.#token };
  }

  async close(): Promise<void> {
    this.traffic = undefined;
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #greet(socket: Socket): void {
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    socket.on("error", () => {});
    socket.setNoDelay(true);
    let isAsked = false;
    const onData = (bytes: Buffer): void => {
      if (!isAsked && bytes.length >= 8 && bytes.readInt32BE(4) === tlsRequest) {
        socket.write("N");
        return;
      }
      if (!isAsked) {
        isAsked = true;
        if (bytes.length < 8 || bytes.readInt32BE(4) !== protocol3) socket.destroy();
        else socket.write(frame("R", int32(3)));
        return;
      }
      socket.off("data", onData);
      if (!this.#isToken(textAt(bytes, 5))) {
        socket.end(errorResponse("28P01", "this is not the token of the migrations' process"));
        return;
      }
      this.#welcome(socket);
    };
    socket.on("data", onData);
  }

  #isToken(given: string): boolean {
    const [one, other] = [Buffer.from(given), Buffer.from(this.#token)];
    return one.length === other.length && timingSafeEqual(one, other);
  }

  #welcome(socket: Socket): void {
    const number = this.#count;
    this.#count += 1;
    const parameters = [...this.#parameters].map(([name, value]) => frame("S", text(name), text(value)));
    socket.write(
      Buffer.concat([
        frame("R", int32(0)),
        ...parameters,
        frame("K", int32(number), int32(0)),
        readyForQuery("I"),
      ]),
    );
    converse(socket, number, () => this.traffic).catch(() => socket.destroy());
  }
}
