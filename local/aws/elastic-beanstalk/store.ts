import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "../../errors.ts";
import { writeFileAtomically } from "../../files.ts";
import { type Application, type Environment, emptyState, type State } from "./model.ts";

/**
 * The state on disk, readable by its owner alone: settings hold passwords. Whoever changes `state` calls `save` before the
 * change has any effect outside.
 */
export class Store {
  readonly #file: string;
  readonly state: State;

  constructor(directory: string) {
    this.#file = join(directory, "state.json");
    this.state = read(this.#file);
  }

  save(): void {
    writeFileAtomically(this.#file, JSON.stringify(this.state, null, 1), 0o600);
  }

  application(name: string): Application | undefined {
    return Object.hasOwn(this.state.applications, name) ? this.state.applications[name] : undefined;
  }

  /** The environment with that name that is not terminated: names are free again after that. */
  environmentNamed(name: string): Environment | undefined {
    return this.liveEnvironments().find((environment) => environment.name === name);
  }

  liveEnvironments(): Environment[] {
    return Object.values(this.state.environments).filter(({ status }) => status !== "Terminated");
  }
}

function read(file: string): State {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return emptyState();
    throw error;
  }
  try {
    const state = JSON.parse(text) as State;
    if (state.schema === 1) return state;
  } catch {
    // Falls through to the one message for every kind of damage.
  }
  throw new LocalError(
    "DamagedState",
    `"${file}" is not a state of Elastic Beanstalk that this version can read`,
    "run `npm run reset` to start afresh",
  );
}
