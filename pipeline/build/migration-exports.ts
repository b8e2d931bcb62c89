/** What a built migration says about itself. */
export interface Described {
  readonly up: string;
  /** "function", "false" for a declared one-way migration, else the type that it has by mistake. */
  readonly down: string;
  readonly phase: unknown;
  readonly reversible: boolean;
  readonly error?: string;
}

/** The program that imports migrations, given as `{ name: url }`, and prints `{ name: Described }` as its last line. */
export const describeScript = `
const described = {};
for (const [name, url] of Object.entries(JSON.parse(process.argv[1]))) {
  try {
    const module = await import(url);
    described[name] = {
      up: typeof module.up,
      down: module.down === false ? "false" : typeof module.down,
      phase: module.phase,
      reversible: typeof module.down === "function",
    };
  } catch (error) {
    described[name] = { error: String(error?.message ?? error) };
  }
}
process.stdout.write("\\n" + JSON.stringify(described) + "\\n", () => process.exit(0));
`;

/** What is wrong with a migration's exports; a missing `down` is a mistake, `down = false` a statement. */
export function migrationProblems(file: string, described: Described | undefined): string[] {
  if (described === undefined) return [`migration "${file}" was not described`];
  if (described.error !== undefined) return [`migration "${file}" cannot be imported: ${described.error}`];
  return [
    ...(described.up === "function" ? [] : [`migration "${file}" has no function up`]),
    ...(described.down === "function" || described.down === "false"
      ? []
      : [`migration "${file}" exports neither a function down nor \`down = false\``]),
    ...(described.phase === "expand" || described.phase === "contract"
      ? []
      : [
          `migration "${file}" has phase ${JSON.stringify(described.phase) ?? "undefined"}, not "expand" or "contract"`,
        ]),
  ];
}
