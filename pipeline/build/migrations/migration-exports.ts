/** What a built migration says about itself. */
export interface Described {
  readonly up: string;
  /** "function", "false" for a declared one-way migration, else the type that it has by mistake. */
  readonly down: string;
  readonly phase: unknown;
  readonly reversible: boolean;
  readonly error?: string;
}

/**
 * What is wrong with a migration's exports. In one that declares its phase, and so is written for this pipeline, a missing `down` is
 * a mistake and `down = false` a statement; sequelize-cli knows no such statement.
 */
export function migrationProblems(file: string, described: Described | undefined): string[] {
  if (described === undefined) return [`migration "${file}" was not described`];
  if (described.error !== undefined) return [`migration "${file}" cannot be imported: ${described.error}`];
  return [
    ...(described.up === "function" ? [] : [`migration "${file}" has no function up`]),
    ...(described.down === "function" || described.down === "false" || described.phase === undefined
      ? []
      : [`migration "${file}" exports neither a function down nor \`down = false\``]),
    ...([undefined, "expand", "contract"].includes(described.phase as undefined)
      ? []
      : [
          `migration "${file}" has phase ${JSON.stringify(described.phase) ?? "undefined"}, not "expand" or "contract"`,
        ]),
  ];
}
