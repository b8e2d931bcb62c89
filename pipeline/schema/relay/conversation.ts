import type { Socket } from "node:net";
import { errorResponse, errorState, FrameReader, frame, kindOf, readyForQuery, text } from "./frames.ts";
import { type Request, RequestReader } from "./requests.ts";
import type { Session } from "./session.ts";
import { RequestRefused, type Traffic } from "./traffic.ts";

/** Serves one connection of a program to its end: each request goes to the session that it is for, and the answers come back. */
export async function converse(
  socket: Socket,
  number: number,
  trafficNow: () => Traffic | undefined,
): Promise<void> {
  const reader = new FrameReader();
  const requests = new RequestReader();
  socket.on("data", (bytes: Buffer) => requests.push(reader.push(bytes)));
  socket.once("close", () => requests.end());
  // After a refusal in the extended protocol everything up to the next Sync is skipped, as the server does.
  let isSkipping = false;
  for (;;) {
    const request = await requests.next();
    if (request.kind === "end") break;
    // What comes of a COPY that the server has ended already.
    if (request.kind === "copy") continue;
    try {
      if (!isSkipping) await handOver({ socket, requests, number, trafficNow }, request);
      else if (request.kind === "whole") socket.write(readyForQuery("E"));
      if (request.kind === "whole") isSkipping = false;
    } catch (error) {
      socket.write(answerOf(error));
      isSkipping = request.kind === "flush";
      if (!isSkipping) socket.write(readyForQuery("E"));
    }
  }
  socket.end();
}

interface Program {
  readonly socket: Socket;
  readonly requests: RequestReader;
  readonly number: number;
  readonly trafficNow: () => Traffic | undefined;
}

async function handOver({ socket, requests, number, trafficNow }: Program, request: Request): Promise<void> {
  const traffic = trafficNow();
  if (traffic === undefined) throw new RequestRefused("57014", "this migration is over already");
  const session = await traffic.sessionOf(number);
  await session.enter(() => exchange({ socket, requests, session, traffic }, request));
}

interface Parties {
  readonly socket: Socket;
  readonly requests: RequestReader;
  readonly session: Session;
  readonly traffic: Traffic;
}

/** One request up to the server's being ready for the next, with all that belongs to it: rows of a COPY, further fetches of a cursor. */
async function exchange({ socket, requests, session, traffic }: Parties, first: Request): Promise<void> {
  const sql = first.sql.join(";\n");
  await traffic.before(session, sql);
  let state = "";
  let last: Buffer | undefined;
  let isWhole = first.kind === "whole";
  const take = ({ kind, frames }: Request): boolean => {
    // The program is gone: a COPY is given up, a row of fetches is ended.
    if (kind === "end") session.send([isWhole ? copyFail : sync]);
    if (kind === "end" || (isWhole && kind !== "copy")) return false;
    isWhole ||= kind === "whole";
    session.send(frames);
    return true;
  };
  const ready = session.speak((frames) => {
    for (const one of frames) state ||= errorState(one);
    last = frames.find((one) => kindOf(one) === "Z");
    const shown = last === undefined ? frames : frames.slice(0, -1);
    if (shown.length > 0) hand(socket, session, shown);
  });
  session.send(first.frames);
  await requests.during(take, () => ready);
  try {
    await traffic.after(session, sql);
  } catch (error) {
    if (state === "") socket.write(answerOf(error));
  }
  if (last !== undefined) socket.write(last);
}

const sync = frame("S");
/** Ignored where no COPY is under way. */
const copyFail = frame("f", text("the program is gone"));

function answerOf(error: unknown): Buffer {
  if (error instanceof RequestRefused) return errorResponse(error.state, error.message);
  const { code } = error as { readonly code?: unknown };
  const state = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : "08006";
  return errorResponse(state, error instanceof Error ? error.message : String(error));
}

/** Hands answers on, no faster than they are taken. */
function hand(socket: Socket, session: Session, frames: readonly Buffer[]): void {
  if (socket.destroyed || socket.write(Buffer.concat(frames))) return;
  session.pause();
  const goOn = (): void => {
    socket.off("drain", goOn).off("close", goOn);
    session.resume();
  };
  socket.once("drain", goOn).once("close", goOn);
}
