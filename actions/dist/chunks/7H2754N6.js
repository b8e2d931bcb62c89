const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./HYA7EKWF.js";import"./VQSDRPTP.js";import"./F2NHLHVY.js";import"./S2P25OQR.js";import"./MN7A53RW.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
