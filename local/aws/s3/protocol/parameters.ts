import type { AwsRequest } from "../../service.ts";
import { invalidArgument } from "./errors.ts";

export const s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

export function header(request: AwsRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

/** A whole number from the query. Throws InvalidArgument. */
export function integerParameter(
  query: URLSearchParams,
  name: string,
  fallback: number,
  min = 0,
  max = 2147483647,
): number {
  const text = query.get(name);
  if (text === null || text === "") return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw invalidArgument(`Argument ${name} must be an integer between ${min} and ${max}`, name, text);
  }
  return value;
}
