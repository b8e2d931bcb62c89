const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./3NKC5EA5.js";import"./3PZH7CAD.js";import"./HLSCH2WY.js";import"./7XVRUVYJ.js";import"./ZX6S2DWT.js";import"./PMGSUJEM.js";import"./HLUYW4SW.js";import"./NLZJO3ZO.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
