const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./7YB32LFU.js";import"./OYLISEFL.js";import"./HA75S7DX.js";import"./7L736LSB.js";import"./ZX6S2DWT.js";import"./5IYVDUAB.js";import"./2MZEGGJC.js";import"./EXE45ZWN.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as observeMigrations,b as withObservation};
