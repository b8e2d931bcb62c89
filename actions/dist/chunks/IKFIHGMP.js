const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./PXMWPNAY.js";import"./WMHED5DN.js";import"./5HV35MVM.js";import"./4R5ZBMKT.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
