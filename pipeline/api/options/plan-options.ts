import { propertiesNamespace } from "../../bundle/configuration-files.ts";
import { optionKey } from "../bundle/settings-changes.ts";

/** An option as it is to be; without a value it is to be taken from the environment's own settings. */
export type WantedOption = {
  readonly namespace: string;
  readonly name: string;
  readonly value?: string;
};

export interface OptionsPlan {
  /** What differs, sorted. */
  readonly changes: readonly WantedOption[];
  /** The same options as they are. */
  readonly before: readonly WantedOption[];
  /** In an update of their own before the version: Elastic Beanstalk refuses both at once where it replaces the instances. */
  readonly isApart: boolean;
  /** One per change; what environment properties hold is not shown. */
  readonly steps: readonly { readonly action: string; readonly reason: string }[];
}

const policyKey = "aws:elasticbeanstalk:command DeploymentPolicy";

/** What setting the options would change in the environment's settings, given by `namespace option`. The last of a name counts. */
export function planOptions(
  wanted: readonly WantedOption[],
  current: ReadonlyMap<string, string>,
): OptionsPlan {
  const last = new Map(wanted.map((option) => [optionKey(option), option]));
  const changes = [...last]
    .filter(([key, { value }]) => current.get(key) !== value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, option]) => option);
  const policies = [current.get(policyKey), last.get(policyKey)?.value];
  return {
    changes,
    before: changes.map(({ namespace, name }) => {
      const value = current.get(`${namespace} ${name}`);
      return { namespace, name, ...(value === undefined ? {} : { value }) };
    }),
    isApart: policies.some((policy) => policy === "Immutable" || policy === "TrafficSplitting"),
    steps: changes.map((option) => stepOf(option, current.get(optionKey(option)))),
  };
}

function stepOf(option: WantedOption, from: string | undefined): OptionsPlan["steps"][number] {
  const isSecret = option.namespace === propertiesNamespace;
  const shown = (value: string | undefined): string => {
    if (value === undefined) return "nothing";
    return isSecret ? "***" : `"${value}"`;
  };
  return { action: `set-option ${optionKey(option)}`, reason: `${shown(from)} to ${shown(option.value)}` };
}

/** The environment's settings as they are once the plan is carried out. */
export function withOptions(
  current: ReadonlyMap<string, string>,
  { changes }: OptionsPlan,
): ReadonlyMap<string, string> {
  const after = new Map(current);
  for (const option of changes) {
    if (option.value === undefined) after.delete(optionKey(option));
    else after.set(optionKey(option), option.value);
  }
  return after;
}
