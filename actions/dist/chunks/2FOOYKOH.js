const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./3PZH7CAD.js";import"./PMGSUJEM.js";import"./HLUYW4SW.js";import"./NLZJO3ZO.js";import"./VWRC5EHG.js";export{c as describePlan,a as planMigrations,b as refuseMisnamed};
