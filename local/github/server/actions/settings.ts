import { JsonFile } from "../state/json-file.ts";

export interface Values {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Variables and secrets of the repository and of its environments. */
export interface Settings extends Values {
  readonly environments: Readonly<Record<string, Values>>;
}

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

  set(settings: Settings): void {
    this.#file.set(settings);
  }

  /** The environment of that name, which is compared without regard to case. */
  environment(name: string): { readonly name: string; readonly values: Values } | undefined {
    const found = Object.entries(this.all.environments).find(
      ([known]) => known.toLowerCase() === name.toLowerCase(),
    );
    return found === undefined ? undefined : { name: found[0], values: found[1] };
  }

  variables(environment: string | undefined): Readonly<Record<string, string>> {
    return { ...this.all.variables, ...this.#valuesOf(environment)?.variables };
  }

  secrets(environment: string | undefined): Readonly<Record<string, string>> {
    return { ...this.all.secrets, ...this.#valuesOf(environment)?.secrets };
  }

  #valuesOf(environment: string | undefined): Values | undefined {
    return environment === undefined ? undefined : this.environment(environment)?.values;
  }
}
