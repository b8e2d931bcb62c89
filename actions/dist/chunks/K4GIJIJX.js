const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./SANOVYPH.js";import"./FGZW4RYW.js";import"./5HV35MVM.js";import"./CT45AYOE.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
