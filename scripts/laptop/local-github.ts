import { LocalError } from "../../local/errors.ts";
import { readState, type State, stateFile } from "../../local/state.ts";
import { callingWorkflowsAt } from "./customer/calling-workflows.ts";
import { customerOf, flagOf, meantDirectory } from "./customer/customer.ts";

/** The addresses of the stack of the repository that somebody typed; of the one that is meant, where nobody did. */
export function localState(repository: string | undefined): State {
  if (repository === undefined) return readState(stateFile(meantDirectory()));
  const { directory, folder } = customerOf(repository);
  return readState(stateFile(directory), `npm start${flagOf(folder)}`);
}

/** File name of the workflow on its branch that calls the pipeline's of that name. Throws `NoWorkflow` where none does. */
export function workflowOf({ github, folder }: State, called: "deploy" | "rollback"): string {
  const found = callingWorkflowsAt(github.remote, `refs/heads/${github.branch}`)[called];
  if (found !== undefined) return found.file;
  throw new LocalError(
    "NoWorkflow",
    `no workflow that was pushed from "${folder}" calls the pipeline's pipeline-${called}.yml`,
    "add one as docs/adopting.md shows, commit it, and push",
  );
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
    throw new LocalError(
      "NotRunning",
      "the local stack is not running",
      `start it with: npm start${flagOf(state.folder)}`,
      { cause },
    );
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
