const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{d as a,e as b,f as c}from"./P63KKEXA.js";import"./YX6XXBOI.js";import"./NPRYPLGZ.js";import"./PMGSUJEM.js";import"./HLUYW4SW.js";import"./F3FMWY4L.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
