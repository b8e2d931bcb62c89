type Hints = readonly (readonly [said: RegExp, hint: string])[];

const steps: Hints = [
  [
    /fork\/exec .*no such file or directory/,
    "save the file with LF line ends (not CRLF), and let its first line name an interpreter that the instance has",
  ],
  [/exec format error/, "let the file begin with a line such as `#!/bin/bash`"],
  [
    /fork\/exec .*permission denied|Permission denied/i,
    "give the file its exec bit: `git update-index --chmod=+x <file>`",
  ],
  [
    /engines\.node|Unsupported Node\.js|unsupported engine/i,
    "let `engines.node` in package.json allow the platform's Node.js, or change the platform branch",
  ],
  [
    /npm (ERR|error|install)/i,
    "ship `node_modules` in the bundle: then nothing is installed on the instance",
  ],
  [
    /\[emerg\]|nginx/i,
    "correct that file below `.platform/nginx`: the new version runs, and nothing answers on port 80",
  ],
  [/Procfile|start command|nothing to start/i, "add a Procfile with `web: <command>`, or a `start` script"],
];

const applicationErrors: Hints = [
  [/heap out of memory|ENOMEM/i, "the instance's memory is too small for it"],
  [
    /ECONNREFUSED.*:5432|password authentication|database .*(exist|refused|unreachable|connect)|Sequelize\w*Error|no pg_hba|ENOTFOUND.*rds|relation .* does not exist/i,
    "check the database's address and password in the environment's properties, its security group, and that its migrations ran",
  ],
  [
    /\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b.*(not set|required|missing|undefined|invalid)|(missing|not set|required)\b.*\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/,
    "set that property of the environment",
  ],
  [/EADDRINUSE|listen EACCES/i, "listen on the port that the variable PORT names"],
  [
    /Cannot find (module|package)|ERR_MODULE_NOT_FOUND/i,
    "that file is not in the bundle: build it with its dependencies",
  ],
  [/AccessDenied|not authorized|EACCES/i, "grant that to the environment's instance profile"],
  [/ENOTFOUND|ECONNREFUSED|ETIMEDOUT/i, "check that address, and that the instances may reach it"],
];

const health: Hints = [
  [
    /ECONNREFUSED|connection refused/i,
    "listen on the port that the variable PORT names (8080 unless set), on all addresses",
  ],
  [
    /status code 4\d\d|4xx/i,
    "let the health path answer 200 (Application Healthcheck URL, HealthCheckPath), or set MatcherHTTPCode; 4xx also count against enhanced health unless its rule is changed",
  ],
  [/status code 5\d\d|5xx/i, "the application answers its health check with an error: read its log"],
  [/Timeout|timed out/i, "the application does not answer its health check in time"],
];

function firstOf(hints: Hints, text: string): string {
  return hints.find(([said]) => said.test(text))?.[1] ?? "";
}

export const stepHint = (error: string): string => firstOf(steps, error);
export const applicationHint = (error: string): string => firstOf(applicationErrors, error);
export const healthHint = (error: string): string => firstOf(health, error);
