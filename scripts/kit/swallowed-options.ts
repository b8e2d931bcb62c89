/**
 * npm keeps the abbreviations of its own options for itself: `--to` becomes `--token-description`
 * (https://github.com/npm/nopt#abbreviations).
 */
const abbreviated: Readonly<Record<string, string>> = { to: "token_description" };

/** An option, and what npm says of its value: `true` where the value became a word of its own. */
interface Swallowed {
  readonly name: string;
  readonly value: string;
}

/**
 * Options of a command that npm took for its own because the `--` was forgotten: npm passes on neither
 * `npm run rollback --dry-run` nor `--to x`, but leaves `npm_config_dry_run` and its like in the environment
 * (https://docs.npmjs.com/cli/v11/using-npm/config#environment-variables). Those that the command was given too do not count.
 * A mistyped one, `--dryrun`, is there under the name that was typed; other names are npm's own or of somebody's .npmrc.
 */
export function swallowedOptions(
  names: readonly string[],
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly Swallowed[] {
  const typed = Object.keys(environment)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
  return names
    .filter((name) => !given.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)))
    .flatMap((name) => {
      const own = [name.replaceAll("-", "_"), abbreviated[name]];
      const keys = [...own, ...typed.filter((key) => isMistyped(key, name))];
      const value = keys.map((key) => environment[`${prefix}${key}`]).find((said) => Boolean(said));
      return value === undefined || value === "false" ? [] : [{ name, value }];
    });
}

const prefix = "npm_config_";

/** Whether somebody meant this option: the same letters, or one or two of them wrong. Short names are too near to npm's own. */
function isMistyped(typed: string, name: string): boolean {
  const [one, other] = [typed, name].map((text) => text.toLowerCase().replaceAll(/[-_]/g, "")) as [
    string,
    string,
  ];
  return other.length >= 4 && lettersBetween(one, other) <= (other.length < 6 ? 1 : 2);
}

/** Levenshtein's distance. */
function lettersBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [index, wanted] of [...other].entries()) {
      const changed = (row[index] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(changed, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** The command as it was meant; `<value>` where npm lost which word belongs to which option. */
export function asMeant(
  usage: string,
  options: Readonly<Record<string, { readonly type: "boolean" | "string" }>>,
  swallowed: readonly Swallowed[],
  words: readonly string[],
): string {
  const isLost = ({ name, value }: Swallowed): boolean =>
    options[name]?.type === "string" && value === "true";
  const lost = swallowed.filter(isLost);
  const found = lost.length === 1 && words.length === 1 ? words[0] : "<value>";
  const said = swallowed.map((option) => {
    if (options[option.name]?.type === "boolean") return `--${option.name}`;
    return `--${option.name} ${isLost(option) ? found : option.value}`;
  });
  return [usage, ...(usage.includes(" -- ") ? [] : ["--"]), ...said].join(" ");
}
