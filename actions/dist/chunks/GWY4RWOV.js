const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./A7IVD2E5.js";import"./GU26PQC3.js";import"./U3EEJFIG.js";import"./HA75S7DX.js";import"./7L736LSB.js";import"./ZX6S2DWT.js";import"./5IYVDUAB.js";import"./2MZEGGJC.js";import"./DT6DXW5P.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as observeMigrations,b as withObservation};
