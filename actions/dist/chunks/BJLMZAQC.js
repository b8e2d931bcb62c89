const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
var e={lockWaitSeconds:600,lockTimeoutMs:3e3,statementTimeoutSeconds:900,migrationTimeoutSeconds:1800,tries:10,retryMs:1e3};export{e as a};
