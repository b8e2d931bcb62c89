/** Names the stack, by its folder, in the environment of everything that it starts, directly or not. */
export const stackVariable = "UDAGRAM_STACK";

/**
 * Names of the caller's variables that children of the stack may see: what programs need to run, to write, and to reach
 * the package registry through a proxy. Everything else, above all credentials, stays outside.
 */
const allowed = [
  "PATH",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "TMPDIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "npm_config_cache",
  "npm_config_registry",
  "npm_config_cafile",
  // How a runner, and the stack, recognise what they started.
  "RUNNER_TRACKING_ID",
  stackVariable,
] as const;

/** The base environment of every process that the stack starts: an allow-list of the caller's, and a home of its own. */
export function baseEnvironment(
  caller: Readonly<Record<string, string | undefined>>,
  home: string,
): Record<string, string> {
  const kept = allowed.flatMap((name) => {
    const value = caller[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), HOME: home };
}
