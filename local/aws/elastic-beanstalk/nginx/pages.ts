import { STATUS_CODES } from "node:http";

/** An answer that does not come from the application. */
export interface Page {
  readonly kind: "answer";
  readonly status: number;
  readonly reason: string;
  /** Without Server and Content-Length. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** nginx's words where they differ from Node's. */
const reasons: Readonly<Record<number, string>> = {
  302: "Moved Temporarily",
  413: "Request Entity Too Large",
  414: "Request-URI Too Large",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** One of nginx's own pages. */
export function pageOf(status: number, headers: Page["headers"] = []): Page {
  const reason = reasons[status] ?? STATUS_CODES[status] ?? "";
  const title = `${status} ${reason}`.trimEnd();
  const body = [
    `<html>\r\n<head><title>${title}</title></head>`,
    `<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
  ].join("\r\n");
  return { kind: "answer", status, reason, headers: [["Content-Type", "text/html"], ...headers], body };
}
