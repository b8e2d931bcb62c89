const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./6LQTVYMD.js";import"./PMGSUJEM.js";import"./HLUYW4SW.js";import"./NLSX6USY.js";import"./VWRC5EHG.js";export{c as describePlan,a as planMigrations,b as refuseMisnamed};
