const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./XS4TKZJY.js";import"./OYLISEFL.js";import"./HA75S7DX.js";import"./7L736LSB.js";import"./ZX6S2DWT.js";import"./5IYVDUAB.js";import"./2MZEGGJC.js";import"./3ZXAKFCM.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as observeMigrations,b as withObservation};
