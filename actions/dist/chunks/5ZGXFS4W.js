const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./V4J2FL76.js";import"./HT4B2TO2.js";import"./6SQ32G67.js";import"./5HV35MVM.js";import"./QSH3LANZ.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
