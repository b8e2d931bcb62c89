import type { IncomingHttpHeaders } from "node:http";

/** A request as nginx sees it. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string;
}

/** nginx's own variables that this stand-in does not compute; they are empty here, and reported. */
const others =
  /^(arg_|cookie_|sent_http_|upstream_|ssl_|proxy_|time_|realip_|[1-9]$)|^(binary_remote_addr|body_bytes_sent|bytes_sent|connection|connection_requests|content_length|content_type|document_root|document_uri|hostname|https|is_args|limit_rate|msec|nginx_version|pid|pipe|query_string|realpath_root|remote_port|remote_user|request|request_body|request_body_file|request_completion|request_filename|request_id|request_length|request_time|server_addr|server_name|server_port|server_protocol|status|tcpinfo_.*)$/;

const computed: Readonly<Record<string, (asked: Asked) => string>> = {
  args: ({ url }) => url.split("?").slice(1).join("?"),
  // With the port, which nginx drops: environments are at port 80 on AWS, and at ports of their own here.
  host: ({ headers }) => (headers.host ?? "").toLowerCase(),
  proxy_add_x_forwarded_for: ({ headers, remoteAddress }) =>
    [headers["x-forwarded-for"], remoteAddress].flat().filter(Boolean).join(", "),
  remote_addr: ({ remoteAddress }) => remoteAddress,
  request_method: ({ method }) => method,
  request_uri: ({ url }) => url,
  scheme: () => "http",
  uri: ({ url }) => url.split("?", 1)[0] ?? "",
};

const reference = /\$(?:\{(\w+)\}|(\w+))/g;

/** Names of the variables in a text. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(reference)].map(([, braced, plain]) => braced ?? plain ?? "");
}

export type Known = "computed" | "not computed here" | "unknown";

/** Whether nginx has the variable: of its own, or by `map`, `set` and the like, whose names are given. */
export function knowledgeOf(name: string, defined: ReadonlySet<string>): Known {
  if (Object.hasOwn(computed, name) || name.startsWith("http_")) return "computed";
  return others.test(name) || defined.has(name) ? "not computed here" : "unknown";
}

/** The text with the variables of the request in place. */
export function interpolate(text: string, asked: Asked): string {
  return text.replace(reference, (_, braced?: string, plain?: string) => {
    const name = braced ?? plain ?? "";
    if (name === "connection_upgrade") return asked.headers.upgrade === undefined ? "" : "upgrade";
    const compute = computed[name];
    if (compute !== undefined) return compute(asked);
    return name.startsWith("http_") ? String(asked.headers[name.slice(5).replaceAll("_", "-")] ?? "") : "";
  });
}
