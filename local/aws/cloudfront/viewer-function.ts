import { createContext, Script } from "node:vm";
import { checkFunctionSyntax } from "./function-syntax.ts";

/** A function of CloudFront, runtime 2.0: a script that has a `handler`. */
export interface ViewerFunction {
  readonly name: string;
  /** Runs it. Rejects with a FunctionError for what CloudFront answers with 503. */
  run(event: ViewerEvent): Promise<ViewerRequest | ViewerResponse>;
}

interface Value {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export interface ViewerRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: Readonly<Record<string, Value>>;
  readonly headers: Readonly<Record<string, Value>>;
  readonly cookies: Readonly<Record<string, Value>>;
}

export interface ViewerResponse {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, Value>>;
  readonly body?: string | { readonly encoding: "text" | "base64"; readonly data: string };
}

export interface ViewerEvent {
  readonly version: "1.0";
  readonly context: {
    readonly distributionDomainName: string;
    readonly distributionId: string;
    readonly eventType: "viewer-request" | "viewer-response";
    readonly requestId: string;
  };
  readonly viewer: { readonly ip: string };
  readonly request: ViewerRequest;
  readonly response?: ViewerResponse;
}

export class FunctionError extends Error {}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const mostBytes = 10_240;
/** The service measures computing and takes less than a millisecond of it; this only ends what does not end. */
const mostMs = 500;

/**
 * Makes a function of its code. Throws a plain Error for what CloudFront would not publish: more than 10 KB, syntax that its
 * runtime does not have, no `handler`, and a module that does not exist there. No network, files, timers or `eval`.
 */
export function viewerFunction(name: string, code: string): ViewerFunction {
  if (Buffer.byteLength(code) > mostBytes) {
    throw new Error(`function "${name}" has ${Buffer.byteLength(code)} bytes, more than ${mostBytes}`);
  }
  if (/^\s*import\b/m.test(code)) {
    throw new Error(`function "${name}" imports; this stand-in has no key value stores and no crypto`);
  }
  checkFunctionSyntax(name, code);
  const context = createContext(
    { console: { log: () => {} } },
    { codeGeneration: { strings: false, wasm: false } },
  );
  new Script(`"use strict";\n${code}`, { filename: `${name}.js`, lineOffset: -1 }).runInContext(context, {
    timeout: mostMs,
  });
  if (new Script("typeof handler").runInContext(context) !== "function") {
    throw new Error(`function "${name}" has no function handler(event)`);
  }
  // What it gets and gives passes as text: nothing of this process is within its reach.
  const call = new Script("(async () => JSON.stringify(await handler(JSON.parse(text))))()");
  return {
    name,
    async run(event) {
      try {
        context.text = JSON.stringify(event);
        const given: unknown = await call.runInContext(context, { timeout: mostMs });
        return checked(JSON.parse(String(given)), event);
      } catch (error) {
        throw new FunctionError(`function "${name}": ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

/** A request or a response; after the origin has answered, a response alone. */
function checked(given: unknown, { context }: ViewerEvent): ViewerRequest | ViewerResponse {
  if (typeof given !== "object" || given === null) throw new Error("it returns no object");
  const isResponse = "statusCode" in given;
  if (!isResponse && context.eventType === "viewer-response") throw new Error("it returns no response");
  if (isResponse) {
    const { statusCode } = given as ViewerResponse;
    if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599) {
      throw new Error(`it returns the status ${statusCode}`);
    }
  } else if (!("uri" in given) || typeof given.uri !== "string" || !given.uri.startsWith("/")) {
    throw new Error("it returns a request whose uri does not begin with /");
  }
  for (const name of Object.keys((given as ViewerRequest).headers ?? {})) {
    if (name !== name.toLowerCase())
      throw new Error(`it returns the header "${name}", which is not lower case`);
  }
  return given as ViewerRequest | ViewerResponse;
}
