import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { optionsOf } from "../../bundle/configuration-files.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { WantedOption } from "./plan-options.ts";

/**
 * The options of a file, YAML or JSON: as `option_settings` of a configuration file has them, or the list of
 * `Namespace`, `OptionName` and `Value` that the API takes. Throws `InvalidInputs`, naming file and line.
 */
export async function readOptionsFile(path: string): Promise<readonly WantedOption[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw invalid(path, explain(cause), cause);
  }
  return parseOptions(path, text);
}

export function parseOptions(path: string, text: string): readonly WantedOption[] {
  // Every scalar as the text that it is written in: so the API takes values.
  const document = parseDocument(text, { schema: "failsafe" });
  const [error] = document.errors;
  if (error) throw invalid(path, error.message.split("\n")[0] ?? "");
  const content: unknown = document.toJS() ?? {};
  const section = isMapping(content) && "option_settings" in content ? content.option_settings : content;
  const options = optionsOf(path, Array.isArray(section) ? section.map(inLowerCase) : section);
  if (options.length === 0) throw invalid(path, "it sets no option");
  const odd = options.find(({ namespace }) => !/^aws:[a-z0-9]/.test(namespace));
  if (odd) throw invalid(path, `"${odd.namespace}" is no namespace such as aws:autoscaling:asg`);
  return options.map(({ namespace, name, value }) => ({ namespace, name, value }));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The API's names for what configuration files call otherwise. */
function inLowerCase(entry: unknown): unknown {
  if (!isMapping(entry) || !("OptionName" in entry)) return entry;
  return { namespace: entry.Namespace, option_name: entry.OptionName, value: entry.Value };
}

function invalid(path: string, why: string, cause?: unknown): ActionError {
  return new ActionError("InvalidInputs", `the option settings in "${path}" cannot be used: ${why}`, {
    hint: "write namespaces with their options and values below them, as in option_settings of .ebextensions",
    cause,
  });
}
