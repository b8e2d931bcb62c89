import { join } from "node:path";
import { LocalError } from "../../local/errors.ts";
import { readState, type State, stateFile } from "../../local/state.ts";
import { root } from "../root.ts";

/** The addresses of this clone's stack. */
export function localState(): State {
  return readState(stateFile(join(root, ".local")));
}

/** Calls the local GitHub's REST API. Throws `NotRunning` when it does not answer, `Refused` with GitHub's message. */
export async function callGitHub<Answer>(
  state: State,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const response = await fetch(`${state.github.api}/repos/${state.github.repository}${path}`, {
    method,
    headers: { authorization: `Bearer ${state.github.token}`, "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw new LocalError("NotRunning", "the local stack is not running", "start it with: npm start", {
      cause,
    });
  });
  const text = await response.text();
  const answer = (text === "" ? {} : JSON.parse(text)) as Answer & { message?: string };
  if (!response.ok) {
    throw new LocalError(
      "Refused",
      answer.message ?? `GitHub answered ${response.status}`,
      "correct the options",
    );
  }
  return answer;
}
