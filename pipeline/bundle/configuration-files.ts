// The .ebextensions of a source bundle, as far as they can be judged before they reach an environment.
import { parseDocument } from "yaml";
import type { ZipEntry } from "./zip.ts";

/** An option of Elastic Beanstalk, and the file that sets it. */
export interface ConfiguredOption {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
  readonly file: string;
}

/** What a bundle says of the environment that it runs in. */
export interface BundleConfiguration {
  /** In the order in which Elastic Beanstalk reads them: a later one wins. */
  readonly options: readonly ConfiguredOption[];
  /** `Resources` by name, each as a text that differs when it does. */
  readonly resources: ReadonlyMap<string, string>;
  /** Each names its file, and the line where there is one. */
  readonly problems: readonly string[];
}

/** Options without a namespace are environment properties. */
export const propertiesNamespace = "aws:elasticbeanstalk:application:environment";

/** The files that Elastic Beanstalk reads; everything else in the folder it does not look at. */
export const configurationFile = /^\.ebextensions\/[^/]+\.config$/;

type Named = Pick<ZipEntry, "name" | "content">;

/**
 * Reads the configuration files among a bundle's entries. Elastic Beanstalk ignores a file as a whole that it cannot read,
 * with no more than a warning: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html
 */
export function readConfiguration(entries: readonly Named[]): BundleConfiguration {
  const options: ConfiguredOption[] = [];
  const resources = new Map<string, string>();
  const problems: string[] = [];
  const files = entries.filter(({ name }) => configurationFile.test(name));
  for (const { name, content } of files.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const read = parseFile(name, Buffer.from(content).toString("utf8"));
    if (typeof read === "string") {
      problems.push(read);
      continue;
    }
    problems.push(...sectionProblems(name, read));
    options.push(...optionsOf(name, read.option_settings));
    if (!isMapping(read.Resources)) continue;
    for (const [id, resource] of Object.entries(read.Resources)) resources.set(id, JSON.stringify(resource));
  }
  return { options, resources, problems };
}

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseFile(name: string, text: string): Mapping | string {
  // Every scalar as the text that it is written in: so the API gives values as well.
  const document = parseDocument(text, { schema: "failsafe", prettyErrors: true });
  const [error] = document.errors;
  if (error) {
    const [message = ""] = error.message.split("\n");
    const line = error.linePos?.[0].line;
    return `${name} is no YAML${line === undefined ? "" : `, line ${line}`}: ${message.replace(/ at line \d+, column \d+:?$/, "")}`;
  }
  const value: unknown = document.toJS();
  return isMapping(value) ? value : `${name} must be a mapping such as option_settings: …`;
}

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html and environment-resources.html */
const sections: ReadonlySet<string> = new Set([
  ...["option_settings", "packages", "groups", "users", "sources", "files", "commands", "services"],
  ...["container_commands", "Resources", "Outputs", "Parameters", "Mappings", "Conditions"],
]);

function sectionProblems(file: string, content: Mapping): string[] {
  const unknown = Object.keys(content)
    .filter((name) => !sections.has(name))
    .map((name) => `${file} has a section "${name}", which Elastic Beanstalk does not know`);
  const commands = ["commands", "container_commands"].flatMap((section) =>
    Object.entries(isMapping(content[section]) ? content[section] : {})
      .filter(([, entry]) => !isMapping(entry) || entry.command === undefined)
      .map(([name]) => `${file}: ${section} ${name} has no command`),
  );
  const files = Object.keys(isMapping(content.files) ? content.files : {})
    .filter((path) => !path.startsWith("/"))
    .map((path) => `${file}: files "${path}" must be an absolute path`);
  return [...unknown, ...commands, ...files];
}

/** The options that a section `option_settings` sets, in either of its forms. */
export function optionsOf(file: string, section: unknown): ConfiguredOption[] {
  if (Array.isArray(section)) {
    return section
      .filter(isMapping)
      .flatMap(({ namespace, option_name: name, value }) =>
        typeof name === "string"
          ? [{ namespace: String(namespace ?? propertiesNamespace), name, value: String(value ?? ""), file }]
          : [],
      );
  }
  if (!isMapping(section)) return [];
  return Object.entries(section).flatMap(([namespace, values]) =>
    Object.entries(isMapping(values) ? values : {}).map(([name, value]) => ({
      ...{ namespace, name, file },
      value: String(value ?? ""),
    })),
  );
}
