import { ask, readConnection, Unreachable } from "./connection.ts";

// A push while nobody is there to act on it is refused before any ref moves.
try {
  const connection = readConnection(process.argv[2] ?? "");
  await ask(connection, "GET", "/_local/hello");
} catch (error) {
  if (!(error instanceof Unreachable)) throw error;
  process.stderr.write(`\n${error.message}\n\n`);
  process.exitCode = 1;
}
