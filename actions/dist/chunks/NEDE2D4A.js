const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./NBQZ76AD.js";import"./WMHED5DN.js";import"./5HV35MVM.js";import"./AA2HIGGG.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
