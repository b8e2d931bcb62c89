import type { Socket } from "node:net";

/** What the process of the migrations reads from its standard input, before anything else. */
export interface Start {
  readonly controlPort: number;
  readonly controlToken: string;
  /** The relay's. */
  readonly token: string;
  /** All of the environment that it is to have: sudo would set another, and a command line can be read by everybody. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A database as the process of the migrations sees it: behind the relay, without a password. */
export interface RelayedDatabase {
  readonly port: number;
  readonly name: string;
  readonly user: string;
  /** `15.18.0` */
  readonly version: string;
}

export type Order =
  | {
      readonly kind: "prepare";
      readonly migrations: readonly { readonly name: string; readonly file: string }[];
      /** The folder from which the migrations' own Sequelize is loaded; undefined for the pipeline's. */
      readonly libraryFrom: string | undefined;
      readonly database: RelayedDatabase;
    }
  | {
      readonly kind: "run";
      readonly name: string;
      readonly direction: "up" | "down";
      /** Whether Sequelize's own transactions are parts of one that is open already. */
      readonly isInTransaction: boolean;
    };

/** What a migration's module says. */
export interface ModuleFacts {
  /** Why it cannot be used; the rest is meaningless then. */
  readonly problem?: { readonly reason: string; readonly error?: ThrownValue };
  readonly hasDown: boolean;
  readonly transaction: boolean;
  /** The file name of a migration whose own name has no ending. */
  readonly source?: string;
}

/** What was thrown, as text: nothing of the migrations' process itself comes over. */
export interface ThrownValue {
  readonly isError: boolean;
  readonly message: string;
  readonly stack: string;
  /** The SQLSTATE, or the code of Node's; "" when there is none. */
  readonly state: string;
  readonly sql?: string;
  readonly detail?: string;
  readonly hint?: string;
}

export type Report =
  | { readonly kind: "prepared"; readonly modules: Readonly<Record<string, ModuleFacts>> }
  | { readonly kind: "unprepared"; readonly error: ThrownValue }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: ThrownValue }
  | { readonly kind: "callback" }
  | { readonly kind: "escaped"; readonly how: string; readonly error: ThrownValue };

export function send(socket: Socket, message: Order | Report): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** Calls back with each line of a socket. */
export function onLines(socket: Socket, onLine: (line: string) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
}
