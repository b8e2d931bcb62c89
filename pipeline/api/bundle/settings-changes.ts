import {
  type BundleConfiguration,
  type ConfiguredOption,
  propertiesNamespace,
} from "../../bundle/configuration-files.ts";

/** Values by `namespace option`. */
export type OptionValues = ReadonlyMap<string, string>;

export function optionKey({ namespace, name }: Pick<ConfiguredOption, "namespace" | "name">): string {
  return `${namespace} ${name}`;
}

/** The option as the last file sets it. */
function lastOf(options: readonly ConfiguredOption[]): Map<string, ConfiguredOption> {
  return new Map(options.map((option) => [optionKey(option), option]));
}

/**
 * The options that a bundle may change, and of which only Elastic Beanstalk's default tells whether it does: the environment has
 * another value, and the bundle that runs does not set it.
 */
export function undecidedOptions(
  wanted: BundleConfiguration,
  running: BundleConfiguration,
  current: OptionValues,
): readonly ConfiguredOption[] {
  const before = lastOf(running.options);
  return [...lastOf(wanted.options).values()].filter((option) => {
    const value = current.get(optionKey(option));
    const isKnown = option.namespace === propertiesNamespace || before.has(optionKey(option));
    return value !== undefined && value !== option.value && !isKnown;
  });
}

/**
 * What a bundle's configuration files would change in the environment, each as a line. What the API set there wins over every
 * bundle's files, and these over the defaults: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
 *
 * | the bundle says | the environment has | the bundle that runs says | the default | |
 * |-----------------|---------------------|---------------------------|-------------|---------|
 * | a               | a                   | anything                  |             | nothing |
 * | a               | nothing             | anything                  |             | changes |
 * | a               | b                   | b                         |             | changes |
 * | a               | b                   | c                         |             | nothing: the API set b |
 * | a               | b                   | nothing                   | b           | changes |
 * | a               | b                   | nothing                   | another     | nothing: the API set b |
 *
 * What only the running bundle says is left out: the API may have set the same.
 */
export function settingsChanges(
  wanted: BundleConfiguration,
  running: BundleConfiguration,
  current: OptionValues,
  defaults: OptionValues,
): readonly string[] {
  const before = lastOf(running.options);
  const options = [...lastOf(wanted.options).values()].flatMap((option) => {
    const key = optionKey(option);
    const value = current.get(key);
    if (value === option.value) return [];
    const line = `${key} from ${value === undefined ? "nothing" : `"${value}"`} to "${option.value}" (${option.file})`;
    if (value === undefined) return [line];
    return (before.get(key)?.value ?? defaults.get(key)) === value ? [line] : [];
  });
  const names = new Set([...wanted.resources.keys(), ...running.resources.keys()]);
  const resources = [...names]
    .filter((name) => wanted.resources.get(name) !== running.resources.get(name))
    .map((name) => `the resource ${name}`);
  return [...options, ...resources].sort();
}
