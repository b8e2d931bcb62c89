import { text } from "node:stream/consumers";
import { createDisplay } from "../../display/display.ts";
import { hasUnicode } from "../../display/terminal.ts";
import type { RunEvent } from "../../run-events.ts";
import type { PushReport } from "../local-api.ts";
import type { RunSummary } from "../run-summary.ts";
import { commentLines } from "./comment-text.ts";
import { ask, type Connection, lines, readConnection, Unreachable } from "./connection.ts";

/** With git's "remote: " before it, a line still fits a terminal of 100 columns. */
const columns = 90;

interface PostedComment {
  readonly body: string;
  readonly user: { readonly login: string };
}

/**
 * Hands the push to the server and shows the pusher what comes of it. With `UDAGRAM_PUSH_QUIETLY` it ends once the runs are
 * known: `npm start` shows them itself.
 */
async function report(connection: Connection): Promise<void> {
  const updates = (await text(process.stdin))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [before, after, ref] = line.split(" ");
      return { before, after, ref };
    });
  const { runs, notes } = await ask<PushReport>(connection, "POST", "/_local/pushes", { updates });
  if (process.env.UDAGRAM_PUSH_QUIETLY) return;
  for (const note of notes) print(note);
  for (const run of runs) await show(connection, run);
}

async function show(connection: Connection, run: RunSummary): Promise<void> {
  print("");
  const started = new Date(Date.parse(run.startedAt) - 1000).toISOString();
  const display = createDisplay({
    stream: process.stderr,
    isTTY: false,
    noColor: true,
    unicode: hasUnicode(process.env),
    columns: () => columns,
    rows: () => 24,
    links: () => ({ log: run.url, summary: run.summaryFile }),
  });
  for await (const line of lines(connection, `/_local/runs/${run.id}/events`)) {
    display.feed(JSON.parse(line) as RunEvent);
  }
  display.close();
  if (run.pullRequest !== undefined) await showComments(connection, run.pullRequest, started);
}

/** What the run wrote to its pull request. */
async function showComments(connection: Connection, pull: number, since: string): Promise<void> {
  const { api } = await ask<{ readonly api: string }>(connection, "GET", "/_local/hello");
  const comments = await ask<readonly PostedComment[]>(
    connection,
    "GET",
    `${api}/issues/${pull}/comments?since=${since}&per_page=100`,
  );
  for (const { body, user } of comments) {
    print("");
    print(`${user.login} commented on #${pull}:`);
    for (const line of commentLines(body, columns - 2)) print(`  ${line}`.trimEnd());
  }
}

function print(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  await report(readConnection(process.argv[2] ?? ""));
} catch (error) {
  if (!(error instanceof Unreachable)) throw error;
  print("The commits arrived, but the local GitHub went away: nothing runs for them until it is back.");
  print("Start it:  npm start");
}
