/** One directive of an nginx configuration, with those inside its block. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  /** As nginx names it: /var/proxy/staging/nginx/conf.d/x.conf */
  readonly file: string;
  readonly line: number;
}

/** A configuration that `nginx -t` refuses; the message has nginx's own words behind `[emerg]`. */
export class NginxError extends Error {
  override readonly name = "NginxError";

  constructor(message: string, at: { readonly file: string; readonly line: number } | undefined) {
    super(at === undefined ? message : `${message} in ${at.file}:${at.line}`);
  }
}

interface Token {
  readonly text: string;
  readonly kind: "word" | ";" | "{" | "}";
  readonly line: number;
}

/** Reads the text of one file. Throws NginxError. */
export function parseNginx(text: string, file: string): Directive[] {
  const tokens = tokenize(text, file);
  let position = 0;
  const readBlock = (nested: boolean): Directive[] => {
    const directives: Directive[] = [];
    for (;;) {
      const first = tokens[position];
      if (first === undefined) {
        if (nested) throw new NginxError('unexpected end of file, expecting "}"', endOf(text, file));
        return directives;
      }
      if (first.kind === "}" && nested) return directives;
      if (first.kind !== "word") throw unexpected(first, file);
      directives.push(readDirective(first));
    }
  };
  const readDirective = (first: Token): Directive => {
    const words: string[] = [];
    for (;;) {
      const token = tokens[position];
      if (token === undefined)
        throw new NginxError('unexpected end of file, expecting ";" or "}"', endOf(text, file));
      position += 1;
      if (token.kind === "word") words.push(token.text);
      else {
        const [name = "", ...args] = words;
        const at = { file, line: token.line };
        if (token.kind === ";") return { name, args, block: undefined, ...at };
        if (token.kind === "}") throw unexpected(token, file);
        const block = readBlock(true);
        position += 1;
        return { name, args, block, file, line: first.line };
      }
    }
  };
  return readBlock(false);
}

function unexpected({ kind, line }: Token, file: string): NginxError {
  return new NginxError(`unexpected "${kind}"`, { file, line });
}

function endOf(text: string, file: string): { file: string; line: number } {
  return { file, line: text.split("\n").length };
}

/** Words, quoted or not, and the three signs. A `$` takes `{name}` into its word. */
function tokenize(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /(?<space>\s+|#[^\n]*)|(?<sign>[;{}])|(?<quoted>"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*')|(?<word>(?:\\[\s\S]|\$\{[^}]*\}|[^\s;{}"'\\#])(?:\\[\s\S]|\$\{[^}]*\}|[^\s;{}\\])*)/gy;
  let line = 1;
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) {
      const at = endOf(text, file);
      throw new NginxError(
        'unexpected end of file, expecting ";" or "}"',
        from < text.length ? at : undefined,
      );
    }
    const { sign, quoted, word } = match.groups ?? {};
    if (sign !== undefined) tokens.push({ text: sign, kind: sign as ";", line });
    else if (quoted !== undefined) tokens.push({ text: unquote(quoted.slice(1, -1)), kind: "word", line });
    else if (word !== undefined) tokens.push({ text: unquote(word), kind: "word", line });
    line += match[0].split("\n").length - 1;
  }
  return tokens;
}

/** nginx takes the backslash from quotes, backslashes, \t, \r and \n; from others (regular expressions) it does not. */
function unquote(text: string): string {
  return text.replace(/\\(["'\\trn])/g, (_, sign: string) => ({ t: "\t", r: "\r", n: "\n" })[sign] ?? sign);
}
