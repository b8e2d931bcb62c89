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
 */
export function swallowedOptions(
  names: readonly string[],
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly Swallowed[] {
  return names
    .filter((name) => !given.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)))
    .flatMap((name) => {
      const keys = [name.replaceAll("-", "_"), abbreviated[name]].filter((key) => key !== undefined);
      const value = keys.map((key) => environment[`npm_config_${key}`]).find((said) => Boolean(said));
      return value === undefined || value === "false" ? [] : [{ name, value }];
    });
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
