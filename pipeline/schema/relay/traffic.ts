import type { Session } from "./session.ts";

/** What becomes of the statements of a program that speaks through the relay. */
export interface Traffic {
  /** The session for one of the program's connections, which are numbered from 0. */
  sessionOf(connection: number): Promise<Session>;
  /** Before each request is sent; nobody else is in the session. What it throws is answered in the server's place. */
  before(session: Session, sql: string): Promise<void>;
  /** When the server is ready again. What it throws is answered where the server did what was asked. */
  after(session: Session, sql: string): Promise<void>;
}

/** A request that is not handed on, as the server would refuse it. */
export class RequestRefused extends Error {
  readonly state: string;

  constructor(state: string, message: string) {
    super(message);
    this.state = state;
  }
}
