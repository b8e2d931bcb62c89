const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./EY6ZRVEI.js";import"./VQSDRPTP.js";import"./3ZCBNAWI.js";import"./S2P25OQR.js";import"./2H4I4I4Z.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
