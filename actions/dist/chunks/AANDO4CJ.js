const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./EKP4UB7H.js";import"./PMGSUJEM.js";import"./HLUYW4SW.js";import"./MOIAQJSU.js";import"./VWRC5EHG.js";export{c as describePlan,a as planMigrations,b as refuseMisnamed};
