const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./7G2FYYNB.js";import"./VQSDRPTP.js";import"./UAFYPS4W.js";import"./HPSA4RWP.js";import"./U7WR4J3F.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
