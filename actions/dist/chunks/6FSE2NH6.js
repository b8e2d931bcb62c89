const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./UZ3YGIEA.js";import"./EXLJRUEO.js";import"./SYDTKYWC.js";import"./YS4CF6V4.js";import"./X5LBIEQM.js";import"./2PD2RSI2.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
