import type { OptionSetting } from "./model.ts";
import {
  completeNamespaces,
  environmentVariables,
  knownNamespaces,
  type OptionDefinition,
  optionDefinitions,
} from "./option-definitions.ts";

export interface OptionSpecification {
  readonly namespace: string;
  readonly name: string;
}

/** The settings that count, by `namespace` and name. */
export class Options {
  readonly #values: ReadonlyMap<string, OptionSetting>;

  /** Layers from the weakest to the strongest: EB's order is defaults, .ebextensions, API. */
  constructor(...layers: readonly (readonly OptionSetting[])[]) {
    this.#values = new Map(layers.flat().map((setting) => [keyOf(setting), setting]));
  }

  get(namespace: string, name: string): string {
    return this.#values.get(keyOf({ namespace, name }))?.value ?? "";
  }

  integer(namespace: string, name: string): number {
    return Number.parseInt(this.get(namespace, name), 10);
  }

  variables(): Record<string, string> {
    return Object.fromEntries(
      this.list()
        .filter(({ namespace }) => namespace === environmentVariables)
        .map(({ name, value }) => [name, value]),
    );
  }

  list(): OptionSetting[] {
    return [...this.#values.values()].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  }
}

const defaults: readonly OptionSetting[] = optionDefinitions.flatMap(({ namespace, name, defaultValue }) =>
  defaultValue === undefined ? [] : [{ namespace, name, value: defaultValue }],
);

/** The options in force: what the API set wins over the version's .ebextensions, which win over the defaults. */
export function effectiveOptions(
  settings: readonly OptionSetting[],
  extensions: readonly OptionSetting[],
): Options {
  return new Options(defaults, extensions, settings);
}

/** The API's layer after an update. Removing an option there uncovers what .ebextensions or the defaults say. */
export function changeSettings(
  current: readonly OptionSetting[],
  set: readonly OptionSetting[],
  remove: readonly OptionSpecification[],
): OptionSetting[] {
  const changed = new Map(current.map((setting) => [keyOf(setting), setting]));
  for (const option of remove) changed.delete(keyOf(option));
  for (const setting of set) changed.set(keyOf(setting), setting);
  return [...changed.values()];
}

interface SettingProblem extends OptionSpecification {
  readonly message: string;
}

/** What is wrong with settings, in EB's words; [] when nothing is. */
export function validateSettings(settings: readonly OptionSetting[]): SettingProblem[] {
  return settings.flatMap((setting) => {
    const { namespace, name } = setting;
    const message = problemOf(setting);
    return message === undefined ? [] : [{ namespace, name, message }];
  });
}

function problemOf({ namespace, name, value }: OptionSetting): string | undefined {
  const specification = `(Namespace: '${namespace}', OptionName: '${name}')`;
  const definition = optionDefinitions.find((one) => one.namespace === namespace && one.name === name);
  if (definition === undefined) {
    const unknown = !knownNamespaces.test(namespace) || completeNamespaces.has(namespace);
    return unknown
      ? `Invalid option specification ${specification}: Unknown configuration setting.`
      : undefined;
  }
  const reason = reasonAgainst(definition, value);
  return reason === undefined ? undefined : `Invalid option value: '${value}' ${specification}: ${reason}`;
}

function reasonAgainst({ values, min, max }: OptionDefinition, value: string): string | undefined {
  if (values !== undefined && !values.includes(value)) {
    return `Value is not one of the allowed values: [${values.join(", ")}]`;
  }
  if (min === undefined || max === undefined) return undefined;
  if (!/^\d+$/.test(value)) return "Value is not a number";
  if (Number(value) < min) return `Value is less than minimum allowed value: ${min}`;
  if (Number(value) > max) return `Value is greater than maximum allowed value: ${max}`;
  return undefined;
}

function keyOf({ namespace, name }: OptionSpecification): string {
  return `${namespace}\n${name}`;
}
