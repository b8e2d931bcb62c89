import {
  checkDispatchInputs,
  DispatchInputsError,
  dispatchPayloadInputs,
} from "../../runner/workflow/dispatch-inputs.ts";
import type { Git } from "../git/git.ts";
import type { History } from "../git/history.ts";
import { fullName, type Identity } from "../identity.ts";
import type { RunRecord } from "../state/runs.ts";
import { dispatchPayload } from "./payloads.ts";
import type { RunEngine } from "./run-engine.ts";
import type { SettingsStore } from "./settings.ts";
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

interface Parts {
  readonly identity: Identity;
  readonly git: Git;
  readonly history: History;
  readonly engine: RunEngine;
  readonly settings: SettingsStore;
  readonly times: () => { readonly created: string; readonly pushed: string };
}

/** Starts workflows by hand: `workflow_dispatch`. */
export class Dispatches {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts the run. Throws `DispatchRefused` that names what is wrong with the request. */
  async dispatch(request: Dispatch): Promise<RunRecord> {
    const { identity, git, engine } = this.#parts;
    const { ref, name, sha } = await this.#resolve(request.ref);
    const files = await workflowFilesAt(git, sha);
    const file = files.find(({ path }) => path === request.workflow || path.endsWith(`/${request.workflow}`));
    if (file === undefined) {
      const known = files.map(({ path }) => path.split("/").at(-1)).join(", ") || "none";
      throw new DispatchRefused(404, `no workflow "${request.workflow}" on ${name}; there are: ${known}`);
    }
    if (!isValid(file))
      throw new DispatchRefused(422, `the workflow file is not valid: ${(file.parsed as Error).message}`);
    const inputs = checked(() => checkDispatchInputs(file.parsed, request.inputs));
    const payload = dispatchPayload(identity, {
      inputs: dispatchPayloadInputs(inputs),
      ref,
      path: file.path,
      sender: request.actor,
      times: this.#parts.times(),
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
    const vars = this.#parts.settings.variables(undefined);
    return engine.start(file, {
      name: "workflow_dispatch",
      ref,
      sha,
      headBranch: name,
      headSha: sha,
      headRef: "",
      baseRef: "",
      event: payload,
      inputs,
      title: runTitle(file.parsed, { github, inputs, vars }, file.parsed.name),
      actor: request.actor,
    });
  }

  async #resolve(
    given: string,
  ): Promise<{ readonly ref: string; readonly name: string; readonly sha: string }> {
    const candidates = given.startsWith("refs/") ? [given] : [`refs/heads/${given}`, `refs/tags/${given}`];
    for (const ref of candidates) {
      const sha = await this.#parts.history.resolve(ref);
      if (sha !== undefined) return { ref, name: ref.replace(/^refs\/(heads|tags)\//, ""), sha };
    }
    throw new DispatchRefused(422, `No ref found for: ${given}`);
  }
}

function checked<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    if (error instanceof DispatchInputsError) throw new DispatchRefused(422, error.message);
    throw error;
  }
}
