const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./5SGNFIBY.js";import"./72Z7HYWI.js";import"./FPABYRCP.js";import"./PY5S7NZT.js";import"./PMGSUJEM.js";import"./HLUYW4SW.js";import"./UDYYA3DK.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
