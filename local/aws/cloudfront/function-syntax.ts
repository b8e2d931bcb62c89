import { type TransformOptions, transformSync } from "esbuild";

/**
 * What runtime 2.0 has beyond ECMAScript 5.1: no destructuring, spread, classes, `for … of`, default arguments, `?.` nor `??`.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
const runtime: TransformOptions = {
  target: "es5",
  supported: {
    arrow: true,
    "async-await": true,
    "const-and-let": true,
    "exponent-operator": true,
    "regexp-named-capture-groups": true,
    "regexp-sticky-and-unicode-flags": true,
    "rest-argument": true,
    "template-literal": true,
  },
};

/** Throws a plain Error for syntax that the runtime does not have: esbuild would have to write it otherwise, or cannot. */
export function checkFunctionSyntax(name: string, code: string): void {
  const plain = transform(name, code, { target: "esnext" });
  if (transform(name, code, runtime) !== plain) {
    throw new Error(`function "${name}" has syntax that CloudFront's runtime 2.0 does not have`);
  }
}

function transform(name: string, code: string, options: TransformOptions): string {
  try {
    return transformSync(code, { ...options, charset: "utf8", logLevel: "silent" }).code;
  } catch (error) {
    const { errors = [] } = error as { errors?: readonly { readonly text: string }[] };
    const texts = errors.map(({ text }) => text).join("; ") || (error as Error).message;
    throw new Error(`function "${name}" could not be published: ${texts}`, { cause: error });
  }
}
