import { blocks, type Context, contextsOf, tables } from "./directives.ts";
import { type Directive, NginxError, parseNginx } from "./parse.ts";
import { stagingFolder } from "./platform-files.ts";

/**
 * The whole configuration that nginx.conf describes, with every `include` replaced by what it names, and each directive
 * known to be one that nginx has and allows there. Throws NginxError in the words of `nginx -t`.
 */
export function expandNginx(files: ReadonlyMap<string, string>): Directive[] {
  const read = (path: string): Directive[] => parseNginx(files.get(path) ?? "", `${stagingFolder}${path}`);
  const expand = (directives: readonly Directive[], context: Context): Directive[] => {
    const seen = new Set<string>();
    const expanded = directives.flatMap((directive): Directive[] => {
      if (directive.name === "include") {
        return included(directive, files).flatMap((path) => expand(read(path), context));
      }
      check(directive, context);
      if (directive.block === undefined || tables.has(directive.name)) return [directive];
      return [{ ...directive, block: expand(directive.block, contextWithin(directive.name, context)) }];
    });
    for (const directive of expanded) {
      const key = directive.name === "location" ? `location ${directive.args.join(" ")}` : directive.name;
      if (seen.has(key) && (directive.name === "location" || single.has(directive.name))) {
        const last = directive.args.at(-1) ?? "";
        throw new NginxError(
          directive.name === "location"
            ? `duplicate location "${last}"`
            : `"${directive.name}" directive is duplicate`,
          directive,
        );
      }
      seen.add(key);
    }
    return expanded;
  };
  return expand(read("nginx.conf"), "main");
}

/** Directives that may stand once in a block, of those that people set. */
const single: ReadonlySet<string> = new Set([
  "client_body_timeout",
  "client_header_timeout",
  "client_max_body_size",
  "default_type",
  "gzip",
  "gzip_comp_level",
  "keepalive_timeout",
  "proxy_connect_timeout",
  "proxy_pass",
  "proxy_read_timeout",
  "proxy_send_timeout",
  "root",
  "send_timeout",
  "sendfile",
  "server_tokens",
]);

function contextWithin(name: string, context: Context): Context {
  if (name === "if" || name === "limit_except") return "location";
  return contextsOf(name) === undefined ? context : (name as Context);
}

function check(directive: Directive, context: Context): void {
  const { name, args, block } = directive;
  const allowed = contextsOf(name);
  if (allowed === undefined) throw new NginxError(`unknown directive "${name}"`, directive);
  if (!allowed.has(context)) throw new NginxError(`"${name}" directive is not allowed here`, directive);
  // In an upstream, `server` names a machine.
  const wantsBlock = blocks.has(name) && !(name === "server" && context === "upstream");
  if (wantsBlock && block === undefined)
    throw new NginxError(`directive "${name}" has no opening "{"`, directive);
  if (!wantsBlock && block !== undefined)
    throw new NginxError(`directive "${name}" is not terminated by ";"`, directive);
  const [min, max] = counts[name] ?? [0, Number.POSITIVE_INFINITY];
  if (args.length < min || args.length > max)
    throw new NginxError(`invalid number of arguments in "${name}" directive`, directive);
}

const counts: Readonly<Record<string, readonly [min: number, max: number]>> = {
  add_header: [2, 3],
  client_max_body_size: [1, 1],
  default_type: [1, 1],
  location: [1, 2],
  proxy_pass: [1, 1],
  proxy_read_timeout: [1, 1],
  proxy_set_header: [2, 2],
  return: [1, 2],
  upstream: [1, 1],
};

/** Paths of the files that an include names. A pattern may match none; a plain name has to be there. */
function included(directive: Directive, files: ReadonlyMap<string, string>): string[] {
  const [named = ""] = directive.args;
  if (directive.args.length !== 1)
    throw new NginxError('invalid number of arguments in "include" directive', directive);
  const path = named.replace(stagingFolder, "").replace(/^\/etc\/nginx\//, "");
  if (/[*?[]/.test(path)) {
    const pattern = new RegExp(
      `^${path
        .replace(/[.+^${}()|\\]/g, "\\$&")
        .replaceAll("*", "[^/]*")
        .replaceAll("?", "[^/]")}$`,
    );
    return [...files.keys()].filter((name) => pattern.test(name)).sort();
  }
  if (files.has(path)) return [path];
  const absolute = path.startsWith("/") ? path : `${stagingFolder}${path}`;
  throw new NginxError(`open() "${absolute}" failed (2: No such file or directory)`, directive);
}
