const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./EHS7NI3I.js";import"./VQSDRPTP.js";import"./MXPSAPAJ.js";import"./ONABLV4P.js";import"./MN7A53RW.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
