// Customer 5: its repository, and the stack on which its team took it live by hand, long before there was a pipeline.
import { parseProperties } from "../../local/provision/properties.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { callingWorkflows } from "../../scripts/laptop/customer/calling-workflows.ts";
import { customerOf } from "../../scripts/laptop/customer/customer.ts";
import { appOf } from "../../scripts/laptop/customer/customer-app.ts";
import { type CallerInputs, callersOf } from "./callers.ts";
import { CustomerRepository } from "./customer-repository.ts";

/** What its workflows will say, once it has some. */
export const twoFoldersInputs: CallerInputs = {
  "api-directory": "udagram-api",
  "api-command": "npm run build --prefix udagram-api",
  "api-path": "/api/v0",
  "site-command": "npm run build --prefix udagram-frontend",
  "site-directory": "udagram-frontend/www",
  "migrations-directory": "udagram-api/migrations",
  suites: "[]",
  routes: "/api/v0/feed 200 application/json",
};

const properties = `POSTGRES_HOST=\${database.host}
DB_PORT=\${database.port}
POSTGRES_DB=\${database.name}
POSTGRES_USERNAME=\${database.user}
POSTGRES_PASSWORD=\${database.password}
`;

const addressFile = "udagram-frontend/src/environments/environment.prod.ts";

/** The repository, without a workflow. */
export function foundTwoFolders(folder: string): CustomerRepository {
  const repository = new CustomerRepository(folder, "two-folders");
  repository.commit({}, "Udagram");
  return repository;
}

/** A stack for it as an account looks that knows the app and no pipeline: empty buckets, an environment with the sample application. */
export async function startTwoFolders(
  repository: CustomerRepository,
  options: { readonly onProgress: (what: string) => void; readonly signal: AbortSignal },
): Promise<Stack> {
  const calling = callingWorkflows(
    new Map(
      Object.entries(callersOf(twoFoldersInputs)).map(([path, text]) => [path.split("/").at(-1) ?? "", text]),
    ),
  );
  const app = appOf(customerOf(repository.folder), { calling, branch: "main" }, undefined);
  return startStack({
    ...options,
    app: { ...app, hasOneAddress: false, properties: parseProperties("their properties", properties) },
    caller: process.env,
  });
}

/** Bakes the API's address into the site, and commits that, as the team did. */
export function bakeAddress(repository: CustomerRepository, api: string): void {
  const text = repository.read(addressFile).replace(/http:[^']*/, `${api}/api/v0`);
  if (text !== repository.read(addressFile)) repository.commit({ [addressFile]: text }, "Say where the API is");
}
