/** A line by which a program talks to the runner. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/**
 * Reads `::name key=value,key=value::message`, and the older `##[name key=value;key=value]message`, which GitHub's runner obeys
 * wherever it stands in a line; undefined when the line is no command.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands,
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function parseCommand(line: string): WorkflowCommand | undefined {
  return parseColons(line) ?? parseBrackets(line);
}

function parseColons(line: string): WorkflowCommand | undefined {
  const match = /^\s*::([^\s:]+)(?:\s+(.*?))?::(.*)$/s.exec(line);
  const name = match?.[1];
  if (name === undefined) return undefined;
  return {
    name: name.toLowerCase(),
    properties: propertiesOf((match?.[2] ?? "").split(","), unescapeProperty),
    message: unescapeData(match?.[3] ?? ""),
  };
}

function parseBrackets(line: string): WorkflowCommand | undefined {
  const [, name, properties = "", message = ""] = /##\[([^\s\]]+)(?: ([^\]]*))?\](.*)$/s.exec(line) ?? [];
  if (name === undefined) return undefined;
  return {
    name: name.toLowerCase(),
    properties: propertiesOf(properties.split(";"), unescapeBrackets),
    message: unescapeBrackets(message),
  };
}

function propertiesOf(
  pairs: readonly string[],
  unescaped: (text: string) => string,
): Readonly<Record<string, string>> {
  const properties = pairs.flatMap((pair) => {
    const at = pair.indexOf("=");
    const value = pair.slice(at + 1);
    return at < 1 || value === "" ? [] : [[pair.slice(0, at).trim(), unescaped(value)] as const];
  });
  return Object.fromEntries(properties);
}

function unescapeBrackets(text: string): string {
  return text
    .replaceAll("%3B", ";")
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%5D", "]")
    .replaceAll("%25", "%");
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return text
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%3A", ":")
    .replaceAll("%2C", ",")
    .replaceAll("%25", "%");
}
