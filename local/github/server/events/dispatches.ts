import {
  checkDispatchInputs,
  DispatchInputsError,
  dispatchPayloadInputs,
} from "../../runner/workflow/dispatch-inputs.ts";
import type { RunEngine } from "../actions/run-engine.ts";
import { fullName } from "../identity.ts";
import type { Repository } from "../repository.ts";
import type { RunRecord } from "../state/runs.ts";
import { dispatchPayload } from "./payloads.ts";
import { isValid, runTitle, workflowFilesAt } from "./workflow-files.ts";

/** A dispatch that GitHub refuses: 404 where there is no such workflow, else 422. */
export class DispatchRefused extends Error {
  readonly status: 404 | 422;

  constructor(status: 404 | 422, message: string) {
    super(message);
    this.name = "DispatchRefused";
    this.status = status;
  }
}

export interface Dispatch {
  /** File name (`deploy.yml`) or path of the workflow. */
  readonly workflow: string;
  /** A branch or tag, with or without `refs/…`. */
  readonly ref: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Login of who asks. */
  readonly actor: string;
}

/** Starts a workflow by hand: `workflow_dispatch`. Throws `DispatchRefused` that names what is wrong with the request. */
export async function dispatchWorkflow(
  parts: {
    readonly repository: Repository;
    readonly engine: RunEngine;
    readonly variables: () => Readonly<Record<string, string>>;
    readonly isDisabled: (path: string) => boolean;
  },
  request: Dispatch,
): Promise<RunRecord> {
  const { identity, git, history, times } = parts.repository;
  const { ref, name, sha } = await resolveRef(history, request.ref);
  const files = await workflowFilesAt(git, sha);
  const file = files.find(({ path }) => path === request.workflow || path.endsWith(`/${request.workflow}`));
  if (file === undefined) {
    const known = files.map(({ path }) => path.split("/").at(-1)).join(", ") || "none";
    throw new DispatchRefused(404, `no workflow "${request.workflow}" on ${name}; there are: ${known}`);
  }
  if (parts.isDisabled(file.path)) {
    throw new DispatchRefused(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  }
  if (!isValid(file))
    throw new DispatchRefused(422, `the workflow file is not valid: ${(file.parsed as Error).message}`);
  const inputs = checked(() => checkDispatchInputs(file.parsed, request.inputs));
  const payload = dispatchPayload(identity, {
    inputs: dispatchPayloadInputs(inputs),
    ref,
    path: file.path,
    sender: request.actor,
    times: times(),
  });
  const github = {
    event_name: "workflow_dispatch",
    ref,
    ref_name: name,
    sha,
    actor: request.actor,
    repository: fullName(identity),
    event: payload,
  };
  return parts.engine.start(file, {
    name: "workflow_dispatch",
    ref,
    sha,
    headBranch: name,
    headSha: sha,
    headRef: "",
    baseRef: "",
    event: payload,
    inputs,
    title: runTitle(file.parsed, { github, inputs, vars: parts.variables() }, file.parsed.name),
    actor: request.actor,
  });
}

async function resolveRef(
  history: Repository["history"],
  given: string,
): Promise<{ readonly ref: string; readonly name: string; readonly sha: string }> {
  const candidates = given.startsWith("refs/") ? [given] : [`refs/heads/${given}`, `refs/tags/${given}`];
  for (const ref of candidates) {
    const sha = await history.resolve(ref);
    if (sha !== undefined) return { ref, name: ref.replace(/^refs\/(heads|tags)\//, ""), sha };
  }
  throw new DispatchRefused(422, `No ref found for: ${given}`);
}

function checked<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    if (error instanceof DispatchInputsError) throw new DispatchRefused(422, error.message);
    throw error;
  }
}
