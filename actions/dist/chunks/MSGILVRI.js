const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./5MU2EJ3X.js";import"./5MUQHNF4.js";import"./BLRZ3ABS.js";import"./6WBW2SLA.js";import"./VWRC5EHG.js";export{c as describePlan,a as planMigrations,b as refuseMisnamed};
