import type { ConfigurationValues } from "../../runner-services.ts";
import { toValue, type Value } from "../expressions/data.ts";
import { evaluateText } from "../expressions/template.ts";
import type { CallingJob } from "../workflow/model.ts";
import type { WorkflowCallTrigger } from "../workflow/triggers.ts";

/** The secrets of a job, by the environment that it names, if any, and its token. */
export type SecretsOf = (environment: string | undefined, token: string) => Readonly<Record<string, string>>;

/** Those of the repository and the environment: what the jobs of the run's own workflow see. A fork's have their token alone. */
export function ownSecrets(configuration: ConfigurationValues, fromFork: boolean): SecretsOf {
  return (environment, token) => ({
    ...(fromFork ? {} : configuration.secrets(environment)),
    GITHUB_TOKEN: token,
  });
}

/**
 * What a called workflow sees: all that its caller has with `secrets: inherit`, else only what is passed by name. An
 * environment that its job names replaces the value of a name that is passed, and adds none.
 * https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#using-inputs-and-secrets-in-a-reusable-workflow,
 * https://github.com/actions/runner/issues/1490
 */
export function passedSecrets(
  { secrets, uses }: CallingJob,
  caller: SecretsOf,
  contexts: ReadonlyMap<string, Value>,
  parts: {
    readonly configuration: ConfigurationValues;
    /** What the called workflow declares. */
    readonly declared: WorkflowCallTrigger["secrets"];
  },
): SecretsOf {
  const { configuration, declared } = parts;
  if (secrets === "inherit") return (...of) => withRequired(caller(...of), declared, uses.text);
  return (environment, token) => {
    const visible = new Map(contexts).set("secrets", toValue(caller(undefined, token)));
    const scope = { contexts: visible, functions: new Map() };
    const ofEnvironment = Object.entries(
      environment === undefined ? {} : configuration.environmentSecrets(environment),
    );
    const passed = Object.entries(secrets).map(([name, template]) => {
      const own = ofEnvironment.find(([other]) => other.toLowerCase() === name.toLowerCase());
      return [name, own?.[1] ?? evaluateText(template, scope)] as const;
    });
    return { ...Object.fromEntries(passed), GITHUB_TOKEN: token };
  };
}

/** The secrets, if those that have to be there are: what is inherited shows only when the job starts. */
function withRequired(
  secrets: ReturnType<SecretsOf>,
  declared: WorkflowCallTrigger["secrets"],
  called: string,
): ReturnType<SecretsOf> {
  const known = Object.entries(secrets).flatMap(([name, value]) =>
    value === "" ? [] : [name.toLowerCase()],
  );
  for (const [name, { required }] of Object.entries(declared)) {
    if (!required || known.includes(name.toLowerCase())) continue;
    throw new Error(`secret "${name}" of "${called}" is required, and there is none to inherit`);
  }
  return secrets;
}
