type Schema = Readonly<Record<string, unknown>>;

/**
 * Where a value differs from a JSON Schema: one line each, none when it fits. Knows the keywords that the API's description
 * uses; any other is an error, so that none is believed to be checked.
 */
export function violations(value: unknown, schema: Schema, at = "body"): string[] {
  return Object.entries(schema).flatMap(([keyword, argument]) => {
    const check = checks[keyword];
    if (check === undefined) throw new Error(`the test's validator does not know the keyword "${keyword}"`);
    return check(value, argument, at, schema);
  });
}

type Check = (value: unknown, argument: unknown, at: string, schema: Schema) => string[];

const fails = (isWrong: boolean, message: string): string[] => (isWrong ? [message] : []);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const formats: Readonly<Record<string, RegExp>> = {
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  email: /^[^@\s]+@[^@\s]+$/,
  uri: /^https?:\/\/\S+$/,
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
};

const checks: Readonly<Record<string, Check>> = {
  description: () => [],
  type: (value, argument, at) => {
    const types = [argument].flat();
    const actual = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
    const isType = types.includes(actual) || (types.includes("integer") && Number.isInteger(value));
    return fails(!isType, `${at} is ${actual}, not ${types.join(" or ")}`);
  },
  const: (value, argument, at) =>
    fails(value !== argument, `${at} is ${JSON.stringify(value)}, not ${argument}`),
  enum: (value, argument, at) =>
    fails(!(argument as unknown[]).includes(value), `${at} is ${JSON.stringify(value)}, none of the known`),
  format: (value, argument, at) =>
    fails(
      typeof value === "string" && !formats[String(argument)]?.test(value),
      `${at} is no ${argument}: ${value}`,
    ),
  minimum: (value, argument, at) => fails(Number(value) < Number(argument), `${at} is below ${argument}`),
  maximum: (value, argument, at) => fails(Number(value) > Number(argument), `${at} is above ${argument}`),
  minLength: (value, argument, at) => fails(String(value).length < Number(argument), `${at} is too short`),
  maxLength: (value, argument, at) =>
    fails([...String(value)].length > Number(argument), `${at} is too long`),
  maxItems: (value, argument, at) =>
    fails((value as unknown[]).length > Number(argument), `${at} has too many items`),
  items: (value, argument, at) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => violations(item, argument as Schema, `${at}[${index}]`))
      : [],
  properties: (value, argument, at) =>
    Object.entries(argument as Record<string, Schema>).flatMap(([name, schema]) =>
      isObject(value) && name in value ? violations(value[name], schema, `${at}.${name}`) : [],
    ),
  required: (value, argument, at) =>
    (argument as string[]).flatMap((name) =>
      fails(isObject(value) && !(name in value), `${at}.${name} is missing`),
    ),
  additionalProperties: (value, _argument, at, schema) =>
    isObject(value)
      ? Object.keys(value)
          .filter((name) => !(name in (schema.properties as object)))
          .map((name) => `${at}.${name} is not described`)
      : [],
  anyOf: (value, argument, at) => someOf(value, argument as Schema[], at),
  oneOf: (value, argument, at) => someOf(value, argument as Schema[], at),
};

function someOf(value: unknown, schemas: readonly Schema[], at: string): string[] {
  const all = schemas.map((schema) => violations(value, schema, at));
  return all.some((found) => found.length === 0) ? [] : all.flat();
}
