/**
 * Whether AWS and GitHub are the laptop's stand-ins, which have no console and are commanded by npm scripts. Only the local
 * stack says so, in its runner's own environment: an AWS endpoint or a runner of somebody's own tells nothing of it.
 */
export function isLaptop(env: Readonly<Record<string, string | undefined>>): boolean {
  return env.UDAGRAM_LOCAL === "true";
}
