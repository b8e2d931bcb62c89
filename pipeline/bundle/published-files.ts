import picomatch from "picomatch";
import { ActionError } from "../kit/errors.ts";

interface PublishingRules {
  /** Globs of files that are no part of the site. */
  readonly exclude: readonly string[];
  /** Globs of files that look like secrets and are part of it all the same. */
  readonly publishAnyway: readonly string[];
}

/** Keys of files whose name says that they are for nobody else. Samples (`.env.example`) and public keys are none. */
const secretName = new RegExp(
  [
    "\\.env(\\.(?!(example|sample|template|dist)$)[^/]*)?",
    "[._]netrc|\\.npmrc|\\.pypirc|\\.pgpass|\\.htpasswd|\\.git-credentials|\\.dockercfg",
    "id_(rsa|dsa|ecdsa|ed25519)",
    "[^/]+\\.(pem|key|p12|pfx|jks|keystore|kdbx|tfstate|tfstate\\.backup)",
    "\\.aws/[^/]+|\\.ssh/.+|\\.docker/config\\.json|\\.kube/config",
  ]
    .map((names) => `(^|/)(${names})$`)
    .join("|"),
  "i",
);

/**
 * Which of a folder's files are published, in their order. Throws `SecretFile` for those that look like secrets: what was
 * public once is known.
 */
export function publishedFiles(
  keys: readonly string[],
  { exclude, publishAnyway }: PublishingRules,
): readonly string[] {
  const isExcluded = picomatch([...exclude], { dot: true });
  const published = exclude.length === 0 ? keys : keys.filter((key) => !isExcluded(key));
  const isMeant = picomatch([...publishAnyway], { dot: true });
  const secrets = published.filter((key) => secretName.test(key) && !isMeant(key));
  if (secrets.length === 0) return published;
  const more = secrets.length > 5 ? `, and ${secrets.length - 5} more` : "";
  const named = secrets.slice(0, 5).map((key) => `"${key}"`);
  throw new ActionError(
    "SecretFile",
    `the site has files that look like secrets: ${named.join(", ")}${more}`,
    {
      hint: "take them out of the folder, or name them in the input `exclude`; if everyone may read them, in `publish-anyway`",
    },
  );
}
