/** Whether AWS and GitHub are the laptop's stand-ins, which have no console and are commanded by npm scripts. */
export function isLaptop(env: Readonly<Record<string, string | undefined>>): boolean {
  return env.AWS_ENDPOINT_URL !== undefined;
}
