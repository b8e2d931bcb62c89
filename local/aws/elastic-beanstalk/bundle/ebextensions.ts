import { parse, YAMLParseError } from "yaml";
import type { OptionSetting } from "../model.ts";
import { environmentVariables } from "../option-definitions.ts";

/** One entry of `container_commands`. */
interface ContainerCommand {
  readonly name: string;
  readonly command: string | readonly string[];
  /** In place of the environment properties, not on top of them. */
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly cwd: string | undefined;
  readonly test: string | undefined;
  readonly ignoreErrors: boolean;
  readonly leaderOnly: boolean;
}

/** One entry of `files`. */
interface ExtensionFile {
  readonly path: string;
  readonly content: string;
  readonly encoding: "utf8" | "base64";
  readonly mode: number;
}

export interface Extensions {
  readonly settings: readonly OptionSetting[];
  readonly commands: readonly ContainerCommand[];
  readonly files: readonly ExtensionFile[];
  /** `Resources` of all files as JSON, to compare; "" without. Nothing here makes them. */
  readonly resources: string;
  /** Files that EB ignores as a whole, and why. */
  readonly invalid: readonly { readonly file: string; readonly reason: string }[];
  /** What real instances would do and these do not: it reaches outside the instance's folder. */
  readonly notRun: readonly { readonly file: string; readonly section: string }[];
}

interface FileContent {
  readonly settings: OptionSetting[];
  readonly commands: ContainerCommand[];
  readonly files: ExtensionFile[];
  readonly resources: Section;
  readonly notRun: string[];
}

type Section = Readonly<Record<string, unknown>>;

const outside = [
  "packages",
  "sources",
  "users",
  "groups",
  "commands",
  "services",
  "Resources",
  "Outputs",
  "Parameters",
  "Mappings",
  "Conditions",
];

/** Names of the files that EB reads: `.config`, directly in the folder. */
export const extensionFiles = /^\.ebextensions\/[^/]+\.config$/;

/** Reads `.ebextensions/*.config` (YAML or JSON), in alphabetical order; a later file wins. Never throws. */
export function parseExtensions(sources: ReadonlyMap<string, string>): Extensions {
  const settings: OptionSetting[] = [];
  const commands = new Map<string, ContainerCommand>();
  const files = new Map<string, ExtensionFile>();
  const resources: Record<string, unknown> = {};
  const invalid: { file: string; reason: string }[] = [];
  const notRun: { file: string; section: string }[] = [];
  for (const [file, source] of [...sources].sort(([left], [right]) => (left < right ? -1 : 1))) {
    try {
      const content = parseFile(source);
      settings.push(...content.settings);
      for (const command of content.commands) commands.set(command.name, command);
      for (const one of content.files) files.set(one.path, one);
      Object.assign(resources, content.resources);
      notRun.push(...content.notRun.map((section) => ({ file, section })));
    } catch (error) {
      const reason =
        error instanceof YAMLParseError ? error.message.split("\n", 1)[0] : (error as Error).message;
      invalid.push({ file, reason: reason ?? "" });
    }
  }
  const byName = (left: ContainerCommand, right: ContainerCommand): number =>
    left.name < right.name ? -1 : 1;
  return {
    settings,
    commands: [...commands.values()].sort(byName),
    files: [...files.values()],
    resources: Object.keys(resources).length === 0 ? "" : JSON.stringify(resources),
    invalid,
    notRun,
  };
}

function parseFile(source: string): FileContent {
  const document: unknown = parse(source);
  if (document === null) return { settings: [], commands: [], files: [], resources: {}, notRun: [] };
  const content = sectionOf(document, "the file");
  for (const name of Object.keys(content)) {
    if (!["option_settings", "container_commands", "files", ...outside].includes(name)) {
      throw new Error(`unknown section "${name}"`);
    }
  }
  return {
    settings: optionSettings(content.option_settings ?? {}),
    commands: Object.entries(sectionOf(content.container_commands ?? {}, "container_commands")).map(
      ([name, value]) => containerCommand(name, sectionOf(value, `container_commands.${name}`)),
    ),
    files: Object.entries(sectionOf(content.files ?? {}, "files")).flatMap(([path, value]) =>
      extensionFile(path, sectionOf(value, `files.${path}`)),
    ),
    resources: sectionOf(content.Resources ?? {}, "Resources"),
    notRun: [...outside.filter((name) => name in content), ...remoteFiles(content.files)],
  };
}

/** A list entry without a namespace is an environment property ("Option settings" in the developer guide). */
function optionSettings(section: unknown): OptionSetting[] {
  if (Array.isArray(section)) {
    return section.map((entry: unknown, index) => {
      const where = `option_settings[${index}]`;
      const { namespace, option_name: name, value } = sectionOf(entry, where);
      if (namespace !== undefined && typeof namespace !== "string")
        throw new Error(`${where}.namespace is no text`);
      if (typeof name !== "string") throw new Error(`${where} has no option_name`);
      return { namespace: namespace ?? environmentVariables, name, value: scalar(value, where) };
    });
  }
  return Object.entries(sectionOf(section, "option_settings")).flatMap(([namespace, options]) =>
    Object.entries(sectionOf(options, `option_settings.${namespace}`)).map(([name, value]) => ({
      namespace,
      name,
      value: scalar(value, `option_settings.${namespace}.${name}`),
    })),
  );
}

function containerCommand(name: string, section: Section): ContainerCommand {
  const where = `container_commands.${name}`;
  const { command } = section;
  if (typeof command !== "string" && !Array.isArray(command)) throw new Error(`${where} has no command`);
  const flag = (key: string): boolean => section[key] === true || section[key] === "true";
  return {
    name,
    command: typeof command === "string" ? command : command.map((part: unknown) => scalar(part, where)),
    env:
      section.env === undefined
        ? undefined
        : Object.fromEntries(
            Object.entries(sectionOf(section.env, `${where}.env`)).map(([key, value]) => [
              key,
              scalar(value, `${where}.env.${key}`),
            ]),
          ),
    cwd: section.cwd === undefined ? undefined : scalar(section.cwd, `${where}.cwd`),
    test: section.test === undefined ? undefined : scalar(section.test, `${where}.test`),
    ignoreErrors: flag("ignoreErrors"),
    leaderOnly: flag("leader_only"),
  };
}

function extensionFile(path: string, section: Section): ExtensionFile[] {
  const where = `files.${path}`;
  if (!path.startsWith("/")) throw new Error(`${where} is no absolute path`);
  if (section.source !== undefined) return [];
  const mode = scalar(section.mode ?? "000644", `${where}.mode`);
  if (!/^[0-7]{1,6}$/.test(mode)) throw new Error(`${where}.mode "${mode}" is not octal`);
  return [
    {
      path,
      content: scalar(section.content ?? "", `${where}.content`),
      encoding: section.encoding === "base64" ? "base64" : "utf8",
      mode: Number.parseInt(mode, 8) & 0o777,
    },
  ];
}

function remoteFiles(files: unknown): string[] {
  return Object.entries((files ?? {}) as Section)
    .filter(([, value]) => (value as Section | null)?.source !== undefined)
    .map(([path]) => `files ${path} (source)`);
}

function sectionOf(value: unknown, where: string): Section {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${where} is no mapping`);
  return value as Section;
}

function scalar(value: unknown, where: string): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  if (value === null || value === undefined) return "";
  throw new Error(`${where} is no single value`);
}
