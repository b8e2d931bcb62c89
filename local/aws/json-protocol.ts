import {
  type Access,
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type Operation,
  readBody,
} from "./service.ts";

/** A request of the protocol JSON 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export interface JsonRequest {
  readonly input: Readonly<Record<string, unknown>>;
  readonly access: Access;
}

/** One operation; it checks permissions itself, once it knows the resource. Resolves to the output. */
interface JsonOperation {
  /** What the request log and faults' `key` show. */
  readonly target: (input: JsonRequest["input"]) => string;
  run(request: JsonRequest): Promise<object>;
}

interface JsonServiceOptions {
  /** In the credential scope, and before the dot in `X-Amz-Target`. */
  readonly name: string;
  readonly operations: Readonly<Record<string, JsonOperation>>;
}

const contentType = "application/x-amz-json-1.1";

/** Makes a service of the protocol JSON 1.1: the operation in `X-Amz-Target`, JSON in, JSON out, errors by `__type`. */
export function jsonService({ name, operations }: JsonServiceOptions): AwsService {
  const bodies = new WeakMap<AwsRequest, Promise<Buffer>>();
  const inputOf = async (request: AwsRequest): Promise<JsonRequest["input"]> => {
    const body = bodies.get(request) ?? readBody(request.body);
    bodies.set(request, body);
    return parseInput((await body).toString("utf8"));
  };
  return {
    name,
    protocol: "json",
    async identify(request): Promise<Operation> {
      const asked = operationName(request, name);
      const operation = Object.hasOwn(operations, asked) ? operations[asked] : undefined;
      return { name: asked, target: operation?.target(await inputOf(request)) ?? "" };
    },
    async handle(request, { name: asked }): Promise<AwsResponse> {
      const operation = Object.hasOwn(operations, asked) ? operations[asked] : undefined;
      if (operation === undefined) {
        const known = Object.keys(operations).sort().join(", ");
        throw new AwsError(
          "UnknownOperationException",
          400,
          `this stand-in for ${name} has no operation ${asked}; it has ${known}`,
        );
      }
      const output = await operation.run({ input: await inputOf(request), access: request.access });
      return jsonResponse(200, request.requestId, output);
    },
    renderError(error, { requestId }) {
      // AWS writes "Message" for denials and "message" otherwise, as its own tests have them (aws/aws-secretsmanager-agent).
      const message = error.code === "AccessDeniedException" ? "Message" : "message";
      return jsonResponse(error.status, requestId, { __type: error.code, [message]: error.message });
    },
  };
}

function operationName({ headers, method }: AwsRequest, service: string): string {
  const target = headers["x-amz-target"]?.toString() ?? "";
  return method === "POST" && target.startsWith(`${service}.`) ? target.slice(service.length + 1) : target;
}

function parseInput(text: string): JsonRequest["input"] {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    // Told below, together with what is JSON and no object.
  }
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new AwsError("SerializationException", 400, "The request body is not a JSON object");
  }
  return input as JsonRequest["input"];
}

function jsonResponse(status: number, requestId: string, body: object): AwsResponse {
  return {
    status,
    headers: { "content-type": contentType, "x-amzn-requestid": requestId },
    body: JSON.stringify(body),
  };
}
