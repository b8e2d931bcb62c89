import { simulated, tables, withoutEffect } from "./directives.ts";
import { expandNginx } from "./expand.ts";
import { type Directive, NginxError } from "./parse.ts";
import { platformFiles } from "./platform-files.ts";
import { knowledgeOf, variablesIn } from "./variables.ts";

/** What a location does with a request. */
export type Action =
  | { readonly kind: "return"; readonly status: number; readonly text: string | undefined }
  | {
      readonly kind: "pass";
      /** False where the address is none of the application's: nobody listens there. */
      readonly toApplication: boolean;
      /** Takes the place of the location's prefix; undefined leaves the path as it is. */
      readonly path: string | undefined;
      readonly host: string;
      readonly headers: readonly (readonly [name: string, value: string])[];
    }
  | { readonly kind: "not simulated"; readonly directive: string };

export interface AddedHeader {
  readonly name: string;
  readonly value: string;
  readonly always: boolean;
}

/** What holds for a request that a location, or the server itself, answers. */
export interface Handling {
  readonly action: Action;
  readonly added: readonly AddedHeader[];
  readonly defaultType: string;
  /** 0 is no limit. */
  readonly maxBodyBytes: number;
}

export interface Location extends Handling {
  readonly modifier: "" | "=" | "^~" | "~" | "~*";
  readonly pattern: string;
}

/** What nginx does with requests on port 80. */
export interface NginxConfiguration {
  /** undefined when no server listens on port 80. */
  readonly server:
    | (Handling & { readonly returns: boolean; readonly locations: readonly Location[] })
    | undefined;
  readonly types: ReadonlyMap<string, string>;
  /** `file:line directive` of what real instances would do and this stand-in does not. */
  readonly notSimulated: readonly string[];
}

/**
 * What the platform's files, and those of a bundle's `.platform/nginx` by path in that folder, make of nginx. Throws
 * NginxError where `nginx -t` would refuse them.
 */
export function nginxConfiguration(
  bundleFiles: ReadonlyMap<string, string>,
  applicationPort: number,
): NginxConfiguration {
  const files = new Map([...platformFiles(applicationPort), ...bundleFiles]);
  const http = expandNginx(files).find(({ name }) => name === "http")?.block ?? [];
  const upstreams = new Map(
    named(http, "upstream").map(({ args, block = [] }) => [
      args[0] ?? "",
      named(block, "server").map((server) => server.args[0] ?? ""),
    ]),
  );
  const builder = new Builder(http, upstreams, applicationPort);
  const server = named(http, "server").find(listensOn80);
  return {
    server: server === undefined ? undefined : builder.server(server),
    types: new Map(
      named(http, "types").flatMap(({ block = [] }) =>
        block.flatMap(({ name, args }) => args.map((extension) => [extension, name] as const)),
      ),
    ),
    notSimulated: builder.notSimulated,
  };
}

const named = (directives: readonly Directive[], name: string): Directive[] =>
  directives.filter((directive) => directive.name === name);

function listensOn80({ block = [] }: Directive): boolean {
  const listens = named(block, "listen").map(({ args }) => args[0] ?? "");
  // Without `listen`, a server of a master process that root started listens on port 80.
  return listens.length === 0 || listens.some((address) => /^(?:.*:)?80$/.test(address));
}

/** What decides the answer itself, so that a location with it cannot be answered without it. */
const decisive =
  /^(alias|allow|auth_basic|auth_request|deny|empty_gif|internal|limit_except|random_index|rewrite|stub_status|try_files|\w+_pass)$/;

interface Level {
  readonly added: readonly AddedHeader[];
  readonly defaultType: string;
  readonly maxBodyBytes: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly blocker: string | undefined;
}

class Builder {
  readonly notSimulated: string[] = [];
  readonly #http: Level;
  readonly #upstreams: ReadonlyMap<string, readonly string[]>;
  readonly #port: number;
  readonly #defined = new Set<string>();

  constructor(
    http: readonly Directive[],
    upstreams: ReadonlyMap<string, readonly string[]>,
    applicationPort: number,
  ) {
    this.#upstreams = upstreams;
    this.#port = applicationPort;
    this.#collectVariables(http);
    this.#http = this.#level(http, {
      added: [],
      defaultType: "text/plain",
      maxBodyBytes: 1024 ** 2,
      headers: [],
      blocker: undefined,
    });
  }

  server({ block = [] }: Directive): NginxConfiguration["server"] {
    const level = this.#level(block, this.#http);
    const returned = block.find(({ name }) => name === "return");
    return {
      ...level,
      action: returned === undefined ? notFound : this.#return(returned),
      returns: returned !== undefined,
      locations: named(block, "location").map((location) => this.#location(location, level)),
    };
  }

  #location(directive: Directive, outer: Level): Location {
    const { args, block = [] } = directive;
    const [pattern = ""] = args.slice(-1);
    const modifier = args.length === 2 ? (args[0] ?? "") : "";
    if (!/^(=|\^~|~\*?)?$/.test(modifier))
      throw new NginxError(`invalid location modifier "${modifier}"`, directive);
    if (modifier.startsWith("~")) checkRegex(pattern, directive);
    const level = this.#level(block, outer);
    return {
      ...level,
      action: this.#action(block, level),
      modifier: modifier as Location["modifier"],
      pattern,
    };
  }

  #action(block: readonly Directive[], level: Level): Action {
    const first = block.find(({ name }) => name === "return");
    if (level.blocker !== undefined) return { kind: "not simulated", directive: level.blocker };
    if (first !== undefined) return this.#return(first);
    const pass = block.find(({ name }) => name === "proxy_pass");
    if (pass !== undefined) return this.#pass(pass, level);
    const root = block.find(({ name }) => name === "root");
    return root === undefined ? notFound : { kind: "not simulated", directive: "root" };
  }

  #return(directive: Directive): Action {
    const [code = "", text] = directive.args;
    if (directive.args.length === 1 && /^(https?:\/\/|\$scheme)/.test(code)) {
      this.#checkVariables(code, directive);
      return { kind: "return", status: 302, text: code };
    }
    if (!/^\d+$/.test(code) || Number(code) > 999)
      throw new NginxError(`invalid return code "${code}"`, directive);
    this.#checkVariables(text ?? "", directive);
    return { kind: "return", status: Number(code), text };
  }

  #pass(directive: Directive, level: Level): Action {
    const [url = ""] = directive.args;
    const match = /^(https?):\/\/([^/$]+)(\/[^$]*)?$/.exec(url);
    if (match === null) {
      if (url.includes("$")) return { kind: "not simulated", directive: "proxy_pass with variables" };
      throw new NginxError("invalid URL prefix", directive);
    }
    const [, scheme, host = "", path] = match;
    const [name = "", port] = host.split(":");
    const addresses = this.#upstreams.get(host) ?? [port === undefined ? `${name}:80` : host];
    const isAddress = /^(localhost|[\d.]+|\[.*\])$/.test(name) || name.includes(".");
    if (!this.#upstreams.has(host) && !isAddress)
      throw new NginxError(`host not found in upstream "${name}"`, directive);
    const local = addresses.map((address) => /^(?:127\.0\.0\.1|localhost):(\d+)$/.exec(address)?.[1]);
    if (local.includes(undefined)) return { kind: "not simulated", directive: `proxy_pass ${url}` };
    const toApplication = scheme === "http" && local.every((one) => Number(one) === this.#port);
    return { kind: "pass", toApplication, path, host, headers: level.headers };
  }

  /** What a block sets over what it inherits. Lists are inherited only by blocks that have none of their own. */
  #level(block: readonly Directive[], outer: Level): Level {
    for (const directive of block) this.#report(directive);
    const added = named(block, "add_header").map((directive): AddedHeader => {
      const [name = "", value = "", always] = directive.args;
      if (always !== undefined && always !== "always")
        throw new NginxError(`invalid parameter "${always}"`, directive);
      this.#checkVariables(value, directive);
      return { name, value, always: always !== undefined };
    });
    const headers = named(block, "proxy_set_header").map(
      ({ args: [name = "", value = ""] }) => [name, value] as const,
    );
    const size = named(block, "client_max_body_size")[0];
    const blocker = block.find(({ name }) => name !== "proxy_pass" && decisive.test(name))?.name;
    return {
      added: added.length > 0 ? added : outer.added,
      defaultType: named(block, "default_type")[0]?.args[0] ?? outer.defaultType,
      maxBodyBytes: size === undefined ? outer.maxBodyBytes : bytesOf(size),
      headers: headers.length > 0 ? headers : outer.headers,
      blocker: blocker ?? outer.blocker,
    };
  }

  #report({ name, args, file, line }: Directive): void {
    if (simulated.has(name) || withoutEffect.test(name) || (name === "gzip" && args[0] === "off")) return;
    this.notSimulated.push(`${file}:${line} ${[name, ...args].join(" ")}`);
  }

  #checkVariables(text: string, directive: Directive): void {
    for (const name of variablesIn(text)) {
      const known = knowledgeOf(name, this.#defined);
      if (known === "unknown") throw new NginxError(`unknown "${name}" variable`, directive);
      if (known === "computed") continue;
      this.notSimulated.push(`${directive.file}:${directive.line} variable $${name}`);
    }
  }

  #collectVariables(directives: readonly Directive[]): void {
    for (const { name, args, block } of directives) {
      if (["map", "geo", "split_clients"].includes(name)) this.#defined.add((args.at(-1) ?? "").slice(1));
      if (name === "set" || name === "auth_request_set") this.#defined.add((args[0] ?? "").slice(1));
      if (block !== undefined && !tables.has(name)) this.#collectVariables(block);
    }
  }
}

/** Without a handler nginx looks for a file below its own folder of pages, and there is none. */
const notFound: Action = { kind: "return", status: 404, text: undefined };

function checkRegex(pattern: string, directive: Directive): void {
  try {
    new RegExp(pattern);
  } catch (error) {
    throw new NginxError(`pcre2_compile() failed: ${(error as Error).message}`, directive);
  }
}

function bytesOf(directive: Directive): number {
  const [, digits, unit = ""] = /^(\d+)([kKmMgG]?)$/.exec(directive.args[0] ?? "") ?? [];
  if (digits === undefined) throw new NginxError('"client_max_body_size" directive invalid value', directive);
  return Number(digits) * 1024 ** ["", "k", "m", "g"].indexOf(unit.toLowerCase());
}
