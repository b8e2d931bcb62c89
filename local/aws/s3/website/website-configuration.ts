import { invalidArgument, invalidRequest, malformedXml } from "../protocol/errors.ts";
import { children, list, textOf, type XmlNode } from "../protocol/xml-input.ts";
import type { Redirect, RoutingRule, WebsiteConfiguration } from "../storage/bucket-configuration.ts";

type Node = Record<string, XmlNode | readonly XmlNode[]>;

/** Checks a WebsiteConfiguration document: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html */
export function parseWebsite(node: Node): WebsiteConfiguration {
  const suffix = textOf(children(node.IndexDocument).Suffix);
  const errorKey = textOf(children(node.ErrorDocument).Key);
  if (node.RedirectAllRequestsTo !== undefined) {
    if (suffix !== undefined || errorKey !== undefined || node.RoutingRules !== undefined) {
      throw invalidRequest(
        "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
      );
    }
    const target = children(node.RedirectAllRequestsTo);
    const host = textOf(target.HostName);
    if (!host) throw malformedXml();
    return { RedirectAllRequestsTo: { HostName: host, ...optional("Protocol", textOf(target.Protocol)) } };
  }
  if (suffix === undefined) {
    throw invalidArgument(
      "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
      "IndexDocument",
      "null",
    );
  }
  if (suffix === "" || suffix.includes("/")) {
    throw invalidArgument("The IndexDocument Suffix is not well formed", "IndexDocument", suffix);
  }
  const rules = list(children(node.RoutingRules).RoutingRule).map((rule) => parseRule(children(rule)));
  if (rules.length > 50) throw invalidRequest("The number of routing rules must not exceed 50");
  return {
    IndexDocument: { Suffix: suffix },
    ...(errorKey === undefined ? {} : { ErrorDocument: { Key: errorKey } }),
    ...(rules.length === 0 ? {} : { RoutingRules: { RoutingRule: rules } }),
  };
}

function parseRule(node: Node): RoutingRule {
  const [condition, redirect] = [children(node.Condition), children(node.Redirect)];
  if (node.Redirect === undefined) throw malformedXml();
  const parsed: Redirect = {
    ...optional("HostName", textOf(redirect.HostName)),
    ...optional("Protocol", textOf(redirect.Protocol)),
    ...optional("HttpRedirectCode", textOf(redirect.HttpRedirectCode)),
    ...optional("ReplaceKeyPrefixWith", textOf(redirect.ReplaceKeyPrefixWith)),
    ...optional("ReplaceKeyWith", textOf(redirect.ReplaceKeyWith)),
  };
  if (parsed.ReplaceKeyPrefixWith !== undefined && parsed.ReplaceKeyWith !== undefined) {
    throw invalidRequest("You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
  }
  if (parsed.HttpRedirectCode !== undefined && !/^30[12378]$/.test(parsed.HttpRedirectCode)) {
    throw invalidRequest(
      `The provided HTTP redirect code (${parsed.HttpRedirectCode}) is not valid. Valid codes are 3XX except 300.`,
    );
  }
  if (node.Condition === undefined) return { Redirect: parsed };
  return {
    Condition: {
      ...optional("KeyPrefixEquals", textOf(condition.KeyPrefixEquals)),
      ...optional("HttpErrorCodeReturnedEquals", textOf(condition.HttpErrorCodeReturnedEquals)),
    },
    Redirect: parsed,
  };
}

function optional<Name extends string>(name: Name, value: string | undefined): { [key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]?: string });
}
