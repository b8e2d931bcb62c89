/** What a migration's module says, wherever in its exports it says it. */
export interface MigrationExports {
  readonly up?: unknown;
  /** Undefined where it is missing; false where the migration says that there is no way back. */
  readonly down?: unknown;
  readonly phase?: unknown;
  readonly transaction?: unknown;
  /** Rules that it breaks on purpose, each with its reason. */
  readonly accept?: unknown;
  /** What `up` and `down` are methods of. */
  readonly holder: unknown;
}

/**
 * Finds a migration in its module as sequelize-cli does: named exports, `module.exports`, `export default`, compiled TypeScript's
 * `exports.default`, or an object of a class; the innermost `default` that has `up` counts.
 */
export function migrationExports(namespace: unknown): MigrationExports {
  const levels: Record<string, unknown>[] = [];
  let level = namespace;
  while (level !== null && (typeof level === "object" || typeof level === "function")) {
    // `module.exports.default = module.exports` is common.
    if (levels.includes(level as Record<string, unknown>)) break;
    levels.unshift(level as Record<string, unknown>);
    level = (level as Record<string, unknown>).default;
  }
  const holder = levels.find((one) => typeof one.up === "function") ?? levels.at(-1);
  const say = (name: string) => [holder, ...levels].find((one) => one?.[name] !== undefined)?.[name];
  return {
    up: say("up"),
    down: say("down"),
    phase: say("phase"),
    transaction: say("transaction"),
    accept: say("accept"),
    holder,
  };
}
