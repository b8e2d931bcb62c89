const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./SHJMIGMP.js";import"./VQSDRPTP.js";import"./G7RQ2N2I.js";import"./AZBR4IOH.js";import"./MN7A53RW.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
