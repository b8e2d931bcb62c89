import type { Parameters, QueryRequest } from "../../query-protocol.ts";
import { errors } from "../errors.ts";
import type { OptionSetting } from "../model.ts";
import type { OptionSpecification } from "../option-settings.ts";

/** The parameters of a request, typed and checked; errors are those of the real service. */
export class Input {
  readonly #parameters: Parameters;

  constructor(request: Pick<QueryRequest, "parameters">) {
    this.#parameters = request.parameters;
  }

  /** undefined when absent or empty. */
  text(name: string): string | undefined {
    const value = this.#parameters[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw errors.missing(name);
    return value;
  }

  /** A name of `min` to `max` characters without a slash. */
  label(name: string, min = 1, max = 100): string {
    const value = this.required(name);
    const at = name.charAt(0).toLowerCase() + name.slice(1);
    if (value.length < min)
      throw errors.constraint(at, value, `Member must have length greater than or equal to ${min}`);
    if (value.length > max)
      throw errors.constraint(at, value, `Member must have length less than or equal to ${max}`);
    if (value.includes("/"))
      throw errors.constraint(at, value, "Member must satisfy regular expression pattern: [^/]+");
    return value;
  }

  description(): string | undefined {
    const value = this.#parameters.Description;
    if (typeof value !== "string") return undefined;
    if (value.length > 200) {
      throw errors.constraint("description", value, "Member must have length less than or equal to 200");
    }
    return value;
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === "true";
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const at = name.charAt(0).toLowerCase() + name.slice(1);
    if (!/^-?\d+$/.test(value) || Number(value) < min) {
      throw errors.constraint(at, value, `Member must have value greater than or equal to ${min}`);
    }
    if (Number(value) > max)
      throw errors.constraint(at, value, `Member must have value less than or equal to ${max}`);
    return Number(value);
  }

  date(name: string): Date | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    // ISO 8601, extended or basic, or seconds since 1970.
    const basic = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\.\d+)?Z$/;
    const extended = value.replace(basic, "$1-$2-$3T$4:$5:$6$7Z");
    const date = new Date(/^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : extended);
    if (Number.isNaN(date.getTime())) throw errors.invalid(`'${value}' is not a date (${name}).`);
    return date;
  }

  oneOf<const Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) {
      const at = name.charAt(0).toLowerCase() + name.slice(1);
      throw errors.constraint(at, value, `Member must satisfy enum value set: [${words.join(", ")}]`);
    }
    return word;
  }

  texts(name: string): readonly string[] {
    return this.#list(name).filter((entry) => typeof entry === "string");
  }

  structure(name: string): Input | undefined {
    const value = this.#parameters[name];
    return typeof value === "object" && !Array.isArray(value)
      ? new Input({ parameters: value as Parameters })
      : undefined;
  }

  structures(name: string): readonly Input[] {
    return this.#list(name)
      .filter((entry) => typeof entry === "object")
      .map((parameters) => new Input({ parameters }));
  }

  optionSettings(): OptionSetting[] {
    return this.structures("OptionSettings").map((setting) => ({
      namespace: setting.required("Namespace"),
      name: setting.required("OptionName"),
      value: setting.text("Value") ?? "",
    }));
  }

  optionSpecifications(name: string): OptionSpecification[] {
    return this.structures(name).map((option) => ({
      namespace: option.required("Namespace"),
      name: option.required("OptionName"),
    }));
  }

  tags(name = "Tags"): Record<string, string> {
    return Object.fromEntries(
      this.structures(name).map((tag) => [tag.required("Key"), tag.text("Value") ?? ""]),
    );
  }

  /** An empty list arrives as an empty text. */
  #list(name: string): readonly (string | Parameters)[] {
    const value = this.#parameters[name];
    return Array.isArray(value) ? value : [];
  }
}

/** One page of a list, and the token with which the next one is asked for. */
export function page<T>(
  entries: readonly T[],
  limit: number,
  token: string | undefined,
): { readonly entries: readonly T[]; readonly nextToken: string | undefined } {
  const from = token === undefined ? 0 : decodeToken(token);
  const more = from + limit < entries.length;
  return {
    entries: entries.slice(from, from + limit),
    nextToken: more ? encodeToken(from + limit) : undefined,
  };
}

export function encodeToken(position: number): string {
  return Buffer.from(`p${position}`).toString("base64");
}

export function decodeToken(token: string): number {
  const match = /^p(\d+)$/.exec(Buffer.from(token, "base64").toString("utf8"));
  if (match === null) throw errors.invalid(`The NextToken '${token}' is not valid.`);
  return Number(match[1]);
}
