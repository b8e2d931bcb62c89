/** A line by which a program talks to the runner. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/**
 * Reads `::name key=value,key=value::message`; undefined when the line is no command.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function parseCommand(line: string): WorkflowCommand | undefined {
  const match = /^\s*::([^\s:]+)(?:\s+(.*?))?::(.*)$/s.exec(line);
  const name = match?.[1];
  if (name === undefined) return undefined;
  const properties = (match?.[2] ?? "").split(",").flatMap((pair) => {
    const at = pair.indexOf("=");
    const value = pair.slice(at + 1);
    return at < 1 || value === "" ? [] : [[pair.slice(0, at).trim(), unescapeProperty(value)] as const];
  });
  return {
    name: name.toLowerCase(),
    properties: Object.fromEntries(properties),
    message: unescapeData(match?.[3] ?? ""),
  };
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
