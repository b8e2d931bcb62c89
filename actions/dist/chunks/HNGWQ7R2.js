const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./35HEM26D.js";import"./VQSDRPTP.js";import"./7GMQ3L2Q.js";import"./FROKTXEJ.js";import"./U7WR4J3F.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
