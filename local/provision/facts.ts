import type { EnvironmentNames } from "./names.ts";
import type { Facts } from "./properties.ts";

/** What an app's environment properties may refer to, but for the API's own address. */
export function factsOf(known: {
  readonly place: EnvironmentNames;
  readonly site: string;
  /** From which other origins browsers may reach the API and the photos. */
  readonly origins?: readonly string[];
  /** Address of site and API together; the site's, where there is none. */
  readonly app: string;
  readonly region: string;
  /** Address of the database, as its owner, and the CA to verify it with: PEM, and a file of that. */
  readonly database: { readonly url: string; readonly ca: string; readonly caFile: string };
  readonly secret: string;
}): Omit<Facts, "api.url"> {
  const { place, site, origins = [], app, region, database, secret } = known;
  const address = new URL(database.url);
  return {
    "database.url": database.url,
    "database.host": address.hostname,
    "database.port": address.port,
    "database.name": decodeURIComponent(address.pathname.slice(1)),
    "database.user": decodeURIComponent(address.username),
    "database.password": decodeURIComponent(address.password),
    "database.ca": database.ca,
    "database.ca-file": database.caFile,
    "bucket.media": place.media,
    "site.url": site,
    "site.origins": [site, ...origins].join(","),
    "app.url": app,
    "aws.region": region,
    secret,
  };
}
