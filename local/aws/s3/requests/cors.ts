import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../../service.ts";
import { malformedXml } from "../protocol/errors.ts";
import { children, list, textOf, type XmlNode } from "../protocol/xml-input.ts";
import type { BucketConfiguration, CorsRule } from "../storage/bucket-configuration.ts";

const methods = ["GET", "PUT", "POST", "DELETE", "HEAD"];

export function parseCors(
  node: Record<string, XmlNode | readonly XmlNode[]>,
): NonNullable<BucketConfiguration["cors"]> {
  const rules = list(node.CORSRule).map(children);
  if (rules.length === 0 || rules.length > 100) throw malformedXml();
  return {
    CORSRule: rules.map((rule): CorsRule => {
      const texts = (name: string): string[] => list(rule[name]).map((entry) => textOf(entry) ?? "");
      const unknown = texts("AllowedMethod").find((method) => !methods.includes(method));
      if (unknown !== undefined) {
        throw new AwsError(
          "InvalidRequest",
          400,
          `Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`,
        );
      }
      if (texts("AllowedMethod").length === 0 || texts("AllowedOrigin").length === 0) throw malformedXml();
      const [id, maxAge] = [textOf(rule.ID), textOf(rule.MaxAgeSeconds)];
      return {
        ...(id === undefined ? {} : { ID: id }),
        ...(rule.AllowedHeader === undefined ? {} : { AllowedHeader: texts("AllowedHeader") }),
        AllowedMethod: texts("AllowedMethod"),
        AllowedOrigin: texts("AllowedOrigin"),
        ...(rule.ExposeHeader === undefined ? {} : { ExposeHeader: texts("ExposeHeader") }),
        ...(maxAge === undefined ? {} : { MaxAgeSeconds: Number(maxAge) }),
      };
    }),
  };
}

/**
 * The headers by which a browser may read an answer: those of the first rule that fits the origin, the method and, in a
 * preflight, the headers asked for. Empty when none fits.
 */
export function corsHeaders(
  rules: readonly CorsRule[],
  method: string,
  headers: IncomingHttpHeaders,
): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined) return {};
  const isPreflight = method === "OPTIONS";
  const wanted = isPreflight ? (headers["access-control-request-method"] ?? "") : method;
  const requested = (isPreflight ? (headers["access-control-request-headers"] ?? "") : "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const rule = rules.find(
    (candidate) =>
      candidate.AllowedMethod.includes(wanted) &&
      candidate.AllowedOrigin.some((pattern) => fits(pattern, origin)) &&
      requested.every((name) =>
        (candidate.AllowedHeader ?? []).some((pattern) => fits(pattern.toLowerCase(), name)),
      ),
  );
  if (rule === undefined) return {};
  const anyOrigin = rule.AllowedOrigin.includes("*");
  return {
    "Access-Control-Allow-Origin": anyOrigin ? "*" : origin,
    "Access-Control-Allow-Methods": rule.AllowedMethod.join(", "),
    ...(anyOrigin ? {} : { "Access-Control-Allow-Credentials": "true" }),
    ...(requested.length > 0 ? { "Access-Control-Allow-Headers": requested.join(", ") } : {}),
    ...(rule.ExposeHeader ? { "Access-Control-Expose-Headers": rule.ExposeHeader.join(", ") } : {}),
    ...(isPreflight && rule.MaxAgeSeconds !== undefined
      ? { "Access-Control-Max-Age": String(rule.MaxAgeSeconds) }
      : {}),
    Vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

/** CORS patterns have at most one `*`. */
function fits(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}
