const privateKey = /-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/;
const registryToken = /^\s*(\/\/[^\s:]+:)?(_authToken|_password|_auth)\s*=\s*"?(?!\s*\$\{)\S/m;

/** What in a file of the app lets its reader into something: an instance, its logs and whoever has the bundle are readers. */
export function keyProblems(name: string, content: Uint8Array): string[] {
  const file = name.split("/").at(-1) ?? "";
  const remedy = "keep it in the environment's properties or in Secrets Manager";
  if (/\.(p12|pfx|jks|keystore)$/.test(file)) return [`${name} is a store of keys: ${remedy}`];
  const text = Buffer.from(
    content.buffer,
    content.byteOffset,
    Math.min(content.byteLength, 1 << 20),
  ).toString("latin1");
  if (privateKey.test(text)) return [`${name} holds a private key: ${remedy}`];
  if (file === ".npmrc" && registryToken.test(text)) {
    return [`${name} holds a token of a registry: write \${NPM_TOKEN} there, and give it as \`npm-token\``];
  }
  return [];
}
