import { data } from "@actions/expressions";

/** What an expression evaluates to. */
export type Value = data.ExpressionData;

/** A mapping whose keys keep their case, as the `env` context of Linux runners has them. */
class CaseSensitiveDictionary extends data.Dictionary {
  readonly #entries = new Map<string, Value>();

  override add(key: string, value: Value): void {
    this.#entries.set(key, value);
  }

  override get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  override values(): Value[] {
    return [...this.#entries.values()];
  }

  override pairs(): { key: string; value: Value }[] {
    return [...this.#entries].map(([key, value]) => ({ key, value }));
  }
}

/** Turns plain JSON data into what expressions work on; undefined entries are left out. */
export function toValue(plain: unknown): Value {
  if (plain === null || plain === undefined) return new data.Null();
  if (typeof plain === "string") return new data.StringData(plain);
  if (typeof plain === "number") return new data.NumberData(plain);
  if (typeof plain === "boolean") return new data.BooleanData(plain);
  if (plain instanceof data.Dictionary) return plain;
  if (Array.isArray(plain)) return new data.Array(...plain.map(toValue));
  const dictionary = new data.Dictionary();
  for (const [key, value] of Object.entries(plain)) {
    if (value !== undefined) dictionary.add(key, toValue(value));
  }
  return dictionary;
}

export function toPlain(value: Value): unknown {
  return JSON.parse(JSON.stringify(value, data.replacer) ?? "null");
}

/** The `env` context. */
export function environmentValue(environment: Readonly<Record<string, string>>): Value {
  const dictionary = new CaseSensitiveDictionary();
  for (const [name, value] of Object.entries(environment)) dictionary.add(name, new data.StringData(value));
  return dictionary;
}

/** Truth as GitHub has it: false, 0, NaN, null and "" are false, everything else is true. */
export function isTruthy(value: Value): boolean {
  if (value.kind === data.Kind.Null) return false;
  if (value instanceof data.BooleanData) return value.value;
  if (value instanceof data.NumberData) return value.value !== 0 && !Number.isNaN(value.value);
  if (value instanceof data.StringData) return value.value !== "";
  return true;
}
