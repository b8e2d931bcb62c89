const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./LTR4SXPR.js";import"./VQSDRPTP.js";import"./3DQYJMMO.js";import"./S2P25OQR.js";import"./U7WR4J3F.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
