import { JsonFile } from "../state/json-file.ts";

interface Values {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

export interface EnvironmentValues extends Values {
  /** Logins of whom one has to agree before a job of the environment starts; nobody where it is absent. */
  readonly reviewers?: readonly string[];
  /** Patterns of the branches, and of the tags, that may deploy to it; any ref where both are absent. */
  readonly branches?: readonly string[];
  readonly tags?: readonly string[];
}

/** Variables and secrets of the repository and of its environments. */
export interface Settings extends Values {
  readonly environments: Readonly<Record<string, EnvironmentValues>>;
  /** File names of workflows that somebody has disabled: no event starts them. */
  readonly disabledWorkflows?: readonly string[];
  /** Variables of the repository that somebody set, and that whoever sets up the rest leaves alone. */
  readonly own?: Readonly<Record<string, string>>;
}

/** An environment, and the id that the REST API has for it. */
export interface NumberedEnvironment {
  readonly id: number;
  readonly name: string;
  readonly values: EnvironmentValues;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments#required-reviewers */
const mostReviewers = 6;

const none: Settings = { variables: {}, secrets: {}, environments: {} };

/** The settings of the repository, on disk for nobody else to read. */
export class SettingsStore {
  readonly #file: JsonFile<Settings>;

  constructor(file: string) {
    this.#file = new JsonFile(file, none, 0o600);
  }

  get all(): Settings {
    return this.#file.value;
  }

  /** Throws where an environment has more reviewers than GitHub takes. */
  set(settings: Settings): void {
    for (const [name, { reviewers = [] }] of Object.entries(settings.environments)) {
      if (reviewers.length > mostReviewers) {
        throw new Error(
          `environment "${name}" has ${reviewers.length} reviewers; GitHub takes ${mostReviewers}`,
        );
      }
    }
    const { own } = this.all;
    this.#file.set(own === undefined ? settings : { own, ...settings });
  }

  /** Sets a variable of the repository, or takes back what somebody set. */
  setVariable(name: string, value: string | undefined): void {
    const { [name]: _, ...others } = this.all.own ?? {};
    this.set({ ...this.all, own: value === undefined ? others : { ...others, [name]: value } });
  }

  /** The environment of that name, which is compared without regard to case. */
  environment(name: string): NumberedEnvironment | undefined {
    return this.environments().find((known) => known.name.toLowerCase() === name.toLowerCase());
  }

  environments(): readonly NumberedEnvironment[] {
    return Object.entries(this.all.environments).map(([name, values], index) => ({
      id: index + 1,
      name,
      values,
    }));
  }

  isDisabled(workflowPath: string): boolean {
    return this.all.disabledWorkflows?.includes(workflowPath.split("/").at(-1) ?? "") ?? false;
  }

  /** Who may let jobs of the environment start; nobody has to where there is none. */
  reviewers(environment: string): readonly string[] {
    return this.environment(environment)?.values.reviewers ?? [];
  }

  variables(environment: string | undefined): Readonly<Record<string, string>> {
    return { ...this.all.variables, ...this.all.own, ...this.#valuesOf(environment)?.variables };
  }

  secrets(environment: string | undefined): Readonly<Record<string, string>> {
    return { ...this.all.secrets, ...this.#valuesOf(environment)?.secrets };
  }

  environmentSecrets(environment: string): Readonly<Record<string, string>> {
    return this.#valuesOf(environment)?.secrets ?? {};
  }

  #valuesOf(environment: string | undefined): Values | undefined {
    return environment === undefined ? undefined : this.environment(environment)?.values;
  }
}
