import { type FieldError, invalid } from "./answer.ts";

type Body = Readonly<Record<string, unknown>>;

/** Reads the fields of a JSON body as GitHub does: wrong types and missing fields are a 422 that names each. */
export class Fields {
  readonly #resource: string;
  readonly #body: Body;
  readonly #errors: FieldError[] = [];

  constructor(resource: string, body: Body) {
    this.#resource = resource;
    this.#body = body;
  }

  text(name: string, options: { readonly longest?: number } = {}): string {
    const value = this.#body[name];
    if (value === undefined || value === null || value === "") {
      this.#errors.push({ resource: this.#resource, field: name, code: "missing_field" });
      return "";
    }
    return this.#checkText(name, value, options.longest);
  }

  optionalText<Otherwise>(name: string, otherwise: Otherwise, longest?: number): string | Otherwise {
    const value = this.#body[name];
    return value === undefined || value === null ? otherwise : this.#checkText(name, value, longest);
  }

  flag<Otherwise>(name: string, otherwise: Otherwise): boolean | Otherwise {
    const value = this.#body[name];
    if (value === undefined || value === null) return otherwise;
    if (typeof value !== "boolean") this.#invalid(name, "must be a boolean");
    return value === true;
  }

  /** One of the words given; a 422 otherwise. */
  oneOf<const Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.text(name);
    const found = words.find((word) => word === value);
    if (found === undefined && value !== "") this.#invalid(name, `must be one of ${words.join(", ")}`);
    return found ?? (words[0] as Word);
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    this.#invalid(name, "must be an array of strings");
    return [];
  }

  /** Throws the 422 when anything was wrong. */
  check(): void {
    if (this.#errors.length > 0) throw invalid(...this.#errors);
  }

  #checkText(name: string, value: unknown, longest: number | undefined): string {
    if (typeof value !== "string") {
      this.#invalid(name, "must be a string");
      return "";
    }
    if (longest !== undefined && value.length > longest) {
      this.#invalid(name, `${name} is too long (maximum is ${longest} characters)`);
    }
    return value;
  }

  #invalid(field: string, message: string): void {
    this.#errors.push({ resource: this.#resource, field, code: "custom", message });
  }
}
