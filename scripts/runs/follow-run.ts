import { LocalError } from "../../local/errors.ts";
import { createDisplay, type Display, type DisplayOptions } from "../../local/github/display/display.ts";
import type { Conclusion, RunEvent } from "../../local/github/run-events.ts";
import type { State } from "../../local/state.ts";

type Terminal = Pick<DisplayOptions, "stream" | "isTTY" | "noColor" | "unicode" | "columns" | "rows">;

/** How a run is shown. */
export interface FollowOptions {
  readonly terminal: Terminal;
  readonly signal?: AbortSignal;
  /** Told what shows the run while it does, and undefined after. */
  readonly onDisplay?: (display: Display | undefined) => void;
  /** Stops following after an event that it is true for. */
  readonly isEnough?: (event: RunEvent) => boolean;
}

/**
 * Shows a run from its beginning until it ends, and returns how it ended; undefined when the stack stopped first.
 * Throws `NotRunning` when nothing answers at the stack's address.
 */
export async function followRun(
  state: State,
  runId: number,
  options: FollowOptions,
): Promise<Conclusion | undefined> {
  const server = new URL(state.github.api).origin;
  const page = `${server}/${state.github.repository}/actions/runs/${runId}`;
  const response = await fetch(`${server}/_local/runs/${runId}/events`, {
    headers: { authorization: `Bearer ${state.github.token}` },
    signal: options.signal ?? null,
  }).catch((cause: unknown) => {
    throw new LocalError("NotRunning", `nothing answers at ${server}`, "start the stack with: npm start", {
      cause,
    });
  });
  if (!response.ok || response.body === null) {
    throw new LocalError(
      "NoSuchRun",
      `run ${runId} is not known (status ${response.status})`,
      "list them: npm run runs",
    );
  }
  const display = createDisplay({
    ...options.terminal,
    links: () => ({ log: page, summary: `${page}#summary` }),
  });
  options.onDisplay?.(display);
  let conclusion: Conclusion | undefined;
  try {
    for await (const event of eventsOf(response.body)) {
      display.feed(event);
      if (event.type === "run-ended") conclusion = event.conclusion;
      if (options.isEnough?.(event)) break;
    }
  } catch (error) {
    if (!options.signal?.aborted && !isDisconnect(error)) throw error;
  } finally {
    display.close();
    options.onDisplay?.(undefined);
  }
  return conclusion;
}

/** The stream ends without a last line when the stack stops. */
function isDisconnect(error: unknown): boolean {
  return error instanceof TypeError && error.message === "terminated";
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<RunEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line) as RunEvent;
  }
}
