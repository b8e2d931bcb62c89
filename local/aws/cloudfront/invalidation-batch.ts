import { children, list, parseXml, textOf } from "../s3/protocol/xml-input.ts";
import { AwsError } from "../service.ts";

export interface InvalidationBatch {
  readonly callerReference: string;
  /** As sent: percent-encoded, with a leading slash; `*` only at the end. */
  readonly paths: readonly string[];
}

/** Reads the document of a CreateInvalidation. Throws what CloudFront answers where something about it is wrong. */
export function parseBatch(text: string): InvalidationBatch {
  if (text === "") {
    throw new AwsError("MissingBody", 400, "This operation requires a body.");
  }
  const batch = parseXml(text, "InvalidationBatch");
  const pathsNode = children(batch.Paths);
  const callerReference = required(textOf(batch.CallerReference), "invalidationBatch.callerReference");
  const quantity = Number(required(textOf(pathsNode.Quantity), "invalidationBatch.paths.quantity"));
  const paths = list(children(pathsNode.Items).Path).map((path) => textOf(path) ?? "");
  if (paths.length !== quantity) {
    throw new AwsError(
      "InconsistentQuantities",
      400,
      "The value of Quantity and the size of Items do not match.",
    );
  }
  if (paths.length === 0) throw invalidArgument("Your request does not contain any invalidation paths.");
  if (!paths.every(isPath)) {
    throw invalidArgument("Your request contains one or more invalid invalidation paths.");
  }
  return { callerReference, paths };
}

export function isWildcard(path: string): boolean {
  return path.endsWith("*");
}

export function invalidArgument(message: string): AwsError {
  return new AwsError("InvalidArgument", 400, message);
}

/**
 * Characters that RFC 1738 calls unsafe, `~` among them, and all beyond ASCII have to come percent-encoded. `'` is none of
 * those, and CloudFront has been seen to refuse it.
 */
const path = /^\/(?:[A-Za-z0-9\-._!$&()+,;=:@/?]|%[0-9A-Fa-f]{2})*\*?$/;

function isPath(text: string): boolean {
  return text.length <= 4000 && path.test(text);
}

function required(value: string | undefined, name: string): string {
  if (value !== undefined && value !== "") return value;
  throw new AwsError(
    "MalformedXML",
    400,
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}
