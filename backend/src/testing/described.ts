import { violations } from "./schema.ts";

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: Readonly<Record<string, unknown>> }>>;
}

export interface Description {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly operationId: string; readonly responses: Record<string, Response> }>>
    >
  >;
}

/** Fails unless the answer is one that the description of the API promises for this request. */
export function assertDescribed(
  description: Description,
  request: { readonly method: string; readonly path: string },
  answer: { readonly status: number; readonly type: string | null; readonly body: unknown },
): void {
  const path = request.path.replace(/\?.*$/, "").replace(/(?<=.)\/$/, "");
  // The templates stand in the order of the routes: the first that fits is the one that answered.
  const item = Object.entries(description.paths).find(([template]) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`).test(path),
  )?.[1];
  const method = request.method === "HEAD" ? "get" : request.method.toLowerCase();
  const operation = item?.[method];
  if (operation === undefined) return;
  const said = `${request.method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`;
  const promised = operation.responses[answer.status];
  if (promised === undefined) throw new Error(`${said}, which is not described`);
  if (request.method === "HEAD") return;
  const [type, content] = Object.entries(promised.content ?? {})[0] ?? [];
  if (type === undefined) {
    if (answer.body !== undefined && answer.status !== 302)
      throw new Error(`${said}, but a body is not described`);
    return;
  }
  if (!answer.type?.startsWith(type)) throw new Error(`${said} as ${answer.type}, not ${type}`);
  const found = violations(answer.body, content?.schema ?? {});
  if (found.length > 0) throw new Error(`${said}:\n${found.join("\n")}`);
}
